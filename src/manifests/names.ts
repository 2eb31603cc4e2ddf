import type { KubeObject } from '../model/kube.ts';
import type { Role, Shadow } from '../model/stage.ts';
import { hash } from './json.ts';

/** Labels of every object that is ours, and of no object that is the user's. */
export const VARIANT = 'kubernetes-rollout/variant';
/** The label that names the Deployment an object of ours belongs to. */
export const APPLICATION = 'kubernetes-rollout/application';

/** The label of a Service of ours that names the user's, where a workload has several. */
export const ROOT = 'kubernetes-rollout/service';

/** The label of a Service of ours that a version has beside its own, such as `preview`. */
export const LEAF = 'kubernetes-rollout/leaf';

/** The annotation of a Service of ours that says who sends it requests, where no object of the cluster does. */
export const SPLIT_BY = 'kubernetes-rollout/split-by';

/** What the label `variant` says of an object: a role or the name of a shadow, or that it is the memory or the route of the rollout itself. */
export type Part = Role | Shadow | 'record' | 'route';

/** What a role is called in names and labels of ours. */
export const partOf = (role: Role, { canary = 'canary' }: { readonly canary?: Shadow }): Part => (role === 'canary' ? canary : role);

/** The labels that make an object ours; `workload` is the Deployment that it belongs to. */
export const ourLabels = (part: Part, workload: string): Readonly<Record<string, string>> => ({
  [VARIANT]: part,
  [APPLICATION]: short(workload),
});

/** The label of what goes with a workload and is not ours by it: Jobs of its phases. */
export const ourApplication = (workload: string): Readonly<Record<string, string>> => ({ [APPLICATION]: short(workload) });

/** Who we are to the API server where a write is ours and not the user's own. */
export const MANAGER = 'kubernetes-rollout';

/** It bears our label. */
export const isOurs = ({ metadata }: KubeObject): boolean => metadata.labels?.[VARIANT] !== undefined;

/** It is ours and belongs to the rollout of this Deployment. */
export const belongsTo = ({ metadata }: KubeObject, workload: string): boolean => metadata.labels?.[APPLICATION] === short(workload);

/** A name of ours for a thing of the user's: `web` and `canary` give `web-canary`, within 63 characters. */
export const derived = (name: string, suffix: string): string => short(`${name}-${suffix}`, suffix);

/** At most 63 characters: cut, then a short hash, the suffix kept. */
function short(name: string, suffix = ''): string {
  if (name.length <= LONGEST) return name;
  const tail = suffix ? `-${hash(name)}-${suffix}` : `-${hash(name)}`;
  return `${name.slice(0, LONGEST - tail.length).replace(/[-_.]+$/, '')}${tail}`;
}

const LONGEST = 63;

/** What the Deployment of a role is called, for the workload and the version of this run. */
export const deploymentOf = (role: Role, { name, variant }: { readonly name: string; readonly variant: string }): string =>
  role === 'stable' ? name : derived(name, partOf(role, { canary: variant }));
