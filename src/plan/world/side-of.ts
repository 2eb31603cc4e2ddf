/** One object with two versions, as the planner sees each of them: a workload of its own. */
import type { KubeObject } from '../../model/kube.ts';

/** A version with the pods that it should have, and those of them that are ready. It is as old as what the controller of the whole has seen. */
export function sideOf(set: KubeObject, side: KubeObject, [replicas, ready]: readonly [number, number]): KubeObject {
  const { observedGeneration } = set.status ?? {};
  const seen = observedGeneration === undefined ? {} : { observedGeneration };
  return { ...side, spec: { ...side.spec, replicas }, status: { ...seen, replicas, readyReplicas: ready, updatedReplicas: ready } };
}
