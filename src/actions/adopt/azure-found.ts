/** What the canary and blue-green steps of Azure have left around a workload, and whether it can be settled. */

import type { RolloutError } from '../../errors.ts';
import { BESIDE, isSelecting, isSplitOf, marksOf, unmarked, versionIn } from '../../manifests/incumbents.ts';
import { at, items, number, record, text } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { picks } from '../../manifests/selectors.ts';
import { labelsOf, templateOf, texts } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { newestReplicaSet } from '../../readiness/deployment.ts';
import { pickedBy, type Surrounding, unsettled, type World } from './surroundings.ts';

/** What is left around one workload of the files. */
export interface Leftover extends Found {
  /** The running version, under the file's name or another; null where its Deployment has gone and its pods are there. */
  readonly stable: KubeObject | null;
  /** The ReplicaSet of the running version's pods. */
  readonly set: KubeObject;
}

interface Found extends Belongings {
  readonly file: KubeObject;
  /** The Deployment has another selector or name than the file's: another one has to take over its pods. */
  readonly isRenewed: boolean;
  /** What the Service of the running version is called behind the root's name: `stable`, or `green` where nothing else ever ran. */
  readonly part: string;
}

interface Belongings {
  /** Deployments of versions beside it. */
  readonly variants: readonly KubeObject[];
  readonly splits: readonly KubeObject[];
  /** Services of single versions. */
  readonly leaves: readonly KubeObject[];
  /** The user's Services. */
  readonly roots: readonly KubeObject[];
  /** The user's Ingresses that lead to the Service of the green version. */
  readonly ingresses: readonly KubeObject[];
}

/**
 * Looks belongings a Deployment of the files; null where nothing is left.
 * @throws RolloutError FOREIGN_ROLLOUT where requests cannot be given to the running version without losing some.
 */
export function leftOf({ file, world }: Surrounding): Leftover | null {
  const running = runningIn(file, world);
  const belongings = belongingsOf(file, world);
  const { part } = running;
  const found = { ...belongings, variants: belongings.variants.filter(variant => !running.stables.includes(variant)), file, part };
  const isRenewed = running.isRenewed;
  if (!isRenewed && isNothing(found)) return null;
  const [first, second] = running.stables;
  const left = { ...found, isRenewed };
  if (first && second) throw refused(left, `both ${nameOf(refOf(first))} and ${nameOf(refOf(second))} are there`);
  const whole = withSet(left, first ?? null, running.orphan ?? world.sets);
  refuseTorn(whole);
  refuseAstray(whole, world);
  return whole;
}

const isNothing = ({ variants, splits, leaves, roots }: Belongings): boolean =>
  [variants, splits, leaves, roots.filter(isPointing)].every(({ length }) => length === 0);

/** A Service that picks one version by its mark. */
const isPointing = (root: KubeObject): boolean => Object.keys(marksOf(texts(root.spec?.selector))).length > 0;

interface Running {
  /** Under the file's name, and as `NAME-stable`; of neither, `NAME-green`. */
  readonly stables: readonly KubeObject[];
  readonly orphan: KubeObject | undefined;
  readonly isRenewed: boolean;
  readonly part: string;
}

function runningIn(file: KubeObject, world: World): Running {
  const { name } = file.metadata;
  const own = world.deployments.filter(({ metadata }) => metadata.name === name);
  const orphan = own.length > 0 ? undefined : orphanOf(file, world.sets);
  const standIns = marked(world.deployments, `${name}-stable`, 'stable');
  const isFirst = own.length + standIns.length === 0 && orphan === undefined;
  const first = isFirst ? marked(world.deployments, `${name}-green`, 'green') : [];
  const stables = [...own, ...standIns, ...first];
  const version = stables[0] ?? orphan;
  return {
    stables,
    orphan: stables.length > 0 ? undefined : orphan,
    isRenewed: stables.length === 0 ? orphan !== undefined : standIns.length + first.length > 0 || own.some(isSelecting),
    part: version && versionIn(version) === 'green' ? 'green' : 'stable',
  };
}

function withSet(found: Found, stable: KubeObject | null, from: KubeObject | readonly KubeObject[]): Leftover {
  const set = isList(from) ? stable && newestReplicaSet(stable, from) : from;
  if (set) return { ...found, stable, set };
  const { name } = found.file.metadata;
  throw refused(found, `no Deployment ${name} or ${name}-stable runs the version that would get all requests`);
}

const isList = (value: KubeObject | readonly KubeObject[]): value is readonly KubeObject[] => Array.isArray(value);

const marked = (objects: readonly KubeObject[], name: string, version: string): readonly KubeObject[] =>
  objects.filter(object => object.metadata.name === name && versionIn(object) === version);

function belongingsOf(file: KubeObject, world: World): Belongings {
  const labels = labelsOf(templateOf(file));
  const users = world.services.filter(service => picks(unmarked(texts(service.spec?.selector)), labels));
  const roots = users.filter(service => !isLeaf(service));
  const names = roots.map(({ metadata }) => metadata.name);
  const lost = users.find(service => isLeaf(service) && !names.some(root => service.metadata.name.startsWith(`${root}-`)));
  const leaves = names.flatMap(root => ['stable', ...BESIDE].flatMap(part => marked(world.services, `${root}-${part}`, part)));
  const belongings = {
    variants: BESIDE.flatMap(part => marked(world.deployments, `${file.metadata.name}-${part}`, part)),
    splits: names.flatMap(root => world.splits.filter(split => isSplitOf(split, root))),
    leaves,
    roots,
    ingresses: world.ingresses.filter(ingress => leaves.some(leaf => leads(ingress.spec, leaf.metadata.name))),
  };
  if (lost) throw refused({ ...belongings, file }, `${nameOf(refOf(lost))} has no Service beside it that all requests could come to`);
  return belongings;
}

/** A Service of one version. */
function isLeaf(service: KubeObject): boolean {
  const version = versionIn(service);
  return version !== undefined && ['stable', ...BESIDE].includes(version) && service.metadata.name.endsWith(`-${version}`);
}

/** Whether a Service is named as a backend. */
function leads(value: unknown, service: string): boolean {
  return Object.entries(record(value)).some(([key, item]) =>
    key === 'service' ? record(item).name === service : [item, ...items(item)].some(each => leads(each, service)),
  );
}

/** The ReplicaSet of a Deployment that went while another was to take over its pods. */
function orphanOf(file: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  return sets.find(
    set =>
      set.metadata.namespace === file.metadata.namespace &&
      versionIn(set) !== undefined &&
      !set.metadata.ownerReferences?.some(({ controller }) => controller) &&
      number(set.spec?.replicas) > 0 &&
      picks(pickedBy(file), set.metadata.labels ?? {}),
  );
}

/** All requests go to the running version: it has to be there whole. */
function refuseTorn(left: Leftover): void {
  const { stable, set, file, isRenewed } = left;
  if (isRenewed && !picks(pickedBy(file), labelsOf(templateOf(set))))
    throw refused(left, `the selector of the file does not pick the pods of ${nameOf(refOf(set))}`);
  if (!stable) return;
  const replicas = number(stable.spec?.replicas, 1);
  const ready = Math.min(number(stable.status?.readyReplicas), number(stable.status?.updatedReplicas));
  if (replicas === 0 || ready < replicas)
    throw refused(left, `${nameOf(refOf(stable))} is not whole: ${ready} of ${replicas} pods are updated and ready`);
}

/** Every split has to lead to it. */
function refuseAstray(left: Leftover, { services }: World): void {
  const { set, splits, part } = left;
  for (const split of splits) {
    const service = `${text(at(split, 'spec.service'))}-${part}`;
    const leaf = services.find(({ metadata }) => metadata.name === service);
    const isThere = items(at(split, 'spec.backends')).some(backend => record(backend).service === service);
    if (!isThere || !leaf || !picks(texts(leaf.spec?.selector), labelsOf(templateOf(set))))
      throw refused(left, `${nameOf(refOf(split))} has no backend ${service} that leads to the running version`);
  }
}

const refused = ({ file, ...belongings }: Belongings & { readonly file: KubeObject }, why: string): RolloutError => {
  const { variants, splits, leaves, roots } = belongings;
  return unsettled({ file, left: [...variants, ...splits, ...leaves, ...roots.filter(isPointing)], why });
};
