import { number, text } from '../../manifests/json.ts';
import { VARIANT } from '../../manifests/names.ts';
import type { VariantState } from '../../model/event.ts';
import type { KubeObject } from '../../model/kube.ts';
import { ROLES, type Role, type Shadow, type Traffic, type Weights } from '../../model/stage.ts';
import { routerOf } from '../../routers/lanes.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from '../world/app.ts';
import { isByNode, nameOnNodes } from '../world/pods-by-node.ts';
import { isNumbered, namesOf } from '../world/pods-of-set.ts';
import { readyBeside, siblingsOf } from '../world/siblings.ts';
import { shadowsBeside } from '../world/versions.ts';
import { lanesOf } from '../world/view.ts';
import { imagesOf } from './describe.ts';

/** Weights of the first route of these workloads that has any. */
export const weightsOf = (apps: readonly App[]): Weights => apps.flatMap(trafficOf)[0]?.weights ?? {};

/** The variants of a workload as they stand. */
export function variantsOf(app: App): readonly VariantState[] {
  const present: readonly (readonly [Role, KubeObject | null])[] = [
    ['stable', app.stable],
    ['baseline', app.baseline],
    ['canary', app.canary],
    ...deploymentsOf(app, shadowsBeside(app)).map(workload => ['canary', workload] as const),
  ];
  const states = present.flatMap(([role, workload]) =>
    workload ? [{ ...stateOf(app.name, role, workload), ...copiedTo(workload, app), ...nameInSet(role, app) }] : [],
  );
  const weights = weightsOf([app]);
  const total = states.reduce((sum, { ready }) => sum + ready, 0) + (app.routing === 'pods' ? readyBeside(app) : 0);
  const byWeights = (role: Role): number | null => {
    // Where nothing of its own is split, nobody knows what a workload gets of a Service that it shares: a route may be its sibling's.
    if (app.canary === null && siblingsOf(app).length > 0) return null;
    if (Object.keys(weights).length > 0) return (weights[role] ?? 0) / 10;
    return role === 'stable' ? 100 : 0;
  };
  const byPods = (state: VariantState): number | null => (total > 0 ? Math.round((state.ready / total) * 1000) / 10 : null);
  const reached = new Set(states.filter(({ name }) => name === app.canary?.metadata.name));
  return states.map(state => ({
    ...state,
    ...(reached.has(state) ? reachedBy(trafficOf(app)) : {}),
    share: app.routing === 'pods' ? byPods(state) : byWeights(state.role),
  }));
}

/** Of a StatefulSet both versions are pods by numbers, of a DaemonSet by nodes. */
function nameInSet(role: Role, { kind, name, stable, canary, record }: App): { readonly name?: string } {
  if (isByNode({ kind })) return { name: nameOnNodes(role, name, canary ? (record?.nodes ?? []) : []) };
  const count = (side: KubeObject | null): number => number(side?.spec?.replicas);
  return stable && isNumbered({ kind }) ? { name: namesOf(role, stable, { stable: count(stable), canary: count(canary) }) } : {};
}

/** By counts of pods the shares that they make; else what the route says. */
export function weightsNow(apps: readonly App[]): Weights {
  const app = apps.find(({ canary }) => canary);
  if (app?.routing !== 'pods') return weightsOf(apps);
  const beside = siblingsOf(app).map(({ metadata }) => metadata.name);
  const states = apps.filter(({ key, name }) => key === app.key || beside.includes(name)).flatMap(variantsOf);
  const weight = (role: Role): number =>
    Math.round(states.filter(state => state.role === role).reduce((sum, { share }) => sum + (share ?? 0) * 10, 0));
  const present = ROLES.filter(role => states.some(state => state.role === role));
  return rounded(new Map(present.map(role => [role, weight(role)])), states.length);
}

/** Each was rounded by itself, by a half at most: together they are a thousand, where nobody else gets a share. */
function rounded(weights: ReadonlyMap<Role, number>, roundings: number): Weights {
  const [largest] = [...weights].sort(([, one], [, other]) => other - one)[0] ?? [];
  const missing = 1000 - [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const adjusted = Math.abs(missing) > roundings / 2 ? 0 : missing;
  return Object.fromEntries([...weights].map(([role, weight]) => [role, role === largest ? weight + adjusted : weight]));
}

/** Who gets the canary beside its share, by the first route that says so. */
export function reachedBy(traffic: readonly Traffic[]): Pick<VariantState, 'match' | 'affinity'> {
  const match = traffic.find(each => each.match !== undefined)?.match;
  const affinity = traffic.find(each => each.affinity !== undefined)?.affinity;
  return { ...(match ? { match } : {}), ...(affinity ? { affinity } : {}) };
}

/** Further versions that stand beside, of these names: none answers a request. */
export function statesBeside(app: App, names: readonly Shadow[]): readonly VariantState[] {
  return deploymentsOf(app, names).map(workload => ({ ...stateOf(app.name, 'canary', workload), ...copiedTo(workload, app), share: 0 }));
}

const deploymentsOf = ({ ours }: App, names: readonly Shadow[]): readonly KubeObject[] =>
  ours.filter(object => isDeployment(object) && names.includes(object.metadata.labels?.[VARIANT] ?? ''));

function copiedTo({ metadata }: KubeObject, app: App): Pick<VariantState, 'copied'> {
  const traffic = trafficOf(app).find(({ mirrors }) => mirrors !== undefined);
  const copied = traffic?.mirrors?.[metadata.labels?.[VARIANT] ?? ''];
  return copied === undefined ? {} : { copied };
}

function stateOf(workload: string, role: Role, { metadata, spec, status, ...rest }: KubeObject): VariantState {
  const images = imagesOf({ metadata, ...(spec ? { spec } : {}), ...rest });
  return {
    workload,
    role,
    name: metadata.name,
    images: images.map(text),
    replicas: number(spec?.replicas, 1),
    ready: number(status?.readyReplicas),
    share: null,
  };
}

const trafficOf = (app: App): readonly Traffic[] => lanesOf(app).flatMap(lane => routerOf(lane).read(lane.root, app.live)?.traffic ?? []);
