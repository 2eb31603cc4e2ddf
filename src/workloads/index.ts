import type { KubeObject, Ref } from '../model/kube.ts';
import { DAEMON_SET } from './daemon-set.ts';
import { DEPLOYMENT } from './deployment.ts';
import { STATEFUL_SET } from './stateful-set.ts';
import { isOf, type Place, refTo, type Workload } from './workload.ts';

const table: ReadonlyMap<string, Workload> = new Map([DEPLOYMENT, STATEFUL_SET, DAEMON_SET].map(row => [row.kind, row]));

/** The rows, in the order in which files are looked through. */
export const workloads: readonly Workload[] = [...table.values()];

/** A workload by its place and kind; without a kind it is a Deployment. */
export interface Workloads extends Place {
  readonly kind?: string | undefined;
}

/** The files that a rollout can be about: the Deployments or, where there are none, the StatefulSets, or else the DaemonSets. */
export function rolledIn(manifests: readonly { readonly object: KubeObject }[]): readonly KubeObject[] {
  const files = manifests.map(({ object }) => object);
  const rolled = workloads.map(row => files.filter(object => isOf(row, object)));
  return rolled.find(({ length }) => length > 0) ?? [];
}

/** The row of a kind that rollouts know. */
export const workloadOf = ({ kind }: Pick<Workloads, 'kind'>): Workload => table.get(kind ?? '') ?? DEPLOYMENT;

/** The workload's object. */
export const workloadAt = (place: Workloads): Ref => refTo(workloadOf(place), place);

/** Whether the object is the workload. */
export const isWorkload = (object: KubeObject, place: Workloads): boolean =>
  isOf(workloadOf(place), object) && object.metadata.name === place.name && (object.metadata.namespace ?? '') === (place.namespace ?? '');

/** "Deployment demo/web", as messages name a workload. */
export const titleOf = (place: Workloads): string => `${workloadOf(place).kind} ${place.namespace ?? ''}/${place.name}`;
