/** The cluster as the demo's onlooker sees it, read by the product's own client. */
import { at, number, records, text } from '../../src/manifests/json.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { Role } from '../../src/model/stage.ts';
import { variantOf } from '../../src/simulation/index.ts';
import { webName } from '../playground/web.ts';
import { roles, type Shares } from './measure.ts';

/** The pods of one variant. */
export interface PodsSeen {
  readonly images: readonly string[];
  readonly ready: number;
  readonly all: number;
}

/** What the route says and which pods there are. */
export interface Observation {
  readonly asked: Shares;
  readonly pods: Partial<Readonly<Record<Role, PodsSeen>>>;
}

/** Looks at the route and at the pods. */
export async function observe(cluster: Cluster): Promise<Observation> {
  const [route, pods] = await Promise.all([
    cluster.get({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'default', name: webName }),
    cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'default' }),
  ]);
  return { asked: askedBy(route), pods: byVariant(pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) };
}

/** A missing weight is 1, and a Service that is not listed gets nothing. */
function askedBy(route: KubeObject | null): Shares {
  const backends = records(at(records(at(route?.spec, 'rules'))[0], 'backendRefs'));
  const weights = roles.flatMap(role => {
    const backend = backends.find(({ name }) => name === (role === 'stable' ? webName : `${webName}-${role}`));
    return backend === undefined ? [] : [[role, number(backend.weight, 1)] as const];
  });
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return Object.fromEntries(weights.map(([role, weight]) => [role, (weight * 100) / total]));
}

function byVariant(pods: readonly KubeObject[]): Observation['pods'] {
  const rows = roles.flatMap(role => {
    const own = pods.filter(({ metadata }) => variantOf({ labels: metadata.labels ?? {} }) === role);
    return own.length === 0 ? [] : [[role, podsSeen(own)] as const];
  });
  return Object.fromEntries(rows);
}

function podsSeen(pods: readonly KubeObject[]): PodsSeen {
  const images = pods.map(({ spec }) => text(records(at(spec, 'containers'))[0]?.image));
  return { images: [...new Set(images)].sort(), ready: pods.filter(isReady).length, all: pods.length };
}

function isReady({ status }: KubeObject): boolean {
  return records(at(status, 'conditions')).some(({ type, status: state }) => type === 'Ready' && state === 'True');
}
