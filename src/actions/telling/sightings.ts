/** Deployments as a run saw them last, for those who only have to know which they are. */
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { MeasuredCluster } from '../../model/metrics.ts';
import { isDeployment } from '../../workloads/deployment.ts';

/** A cluster, and what was seen in it by way of it. */
export interface Sighted {
  readonly cluster: MeasuredCluster;
  /** The Deployment as it was read last; null where it was not, or was removed. */
  sighted(ref: Ref): KubeObject | null;
}

/** The same cluster, which takes note of the Deployments that it is asked for. */
export function sighting(cluster: MeasuredCluster): Sighted {
  const seen = new Map<string, KubeObject>();
  const see = <T extends KubeObject | null>(object: T): T => {
    if (object && isDeployment(object)) seen.set(keyOf(refOf(object)), object);
    return object;
  };
  return {
    sighted: ref => seen.get(keyOf(ref)) ?? null,
    cluster: {
      ...cluster,
      get: async ref => see(await cluster.get(ref)),
      list: async of => (await cluster.list(of)).map(see),
      remove: (ref, options) => {
        seen.delete(keyOf(ref));
        return cluster.remove(ref, options);
      },
    },
  };
}
