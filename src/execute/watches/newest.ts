/** Which pods are of a Deployment's newest template: asked once a pod is beyond help, since only then it matters whose it is. */
import { refOf } from '../../manifests/refs.ts';
import type { Collection, KubeObject } from '../../model/kube.ts';
import { newestReplicaSet } from '../../readiness/deployment.ts';
import { failingPod } from '../../readiness/pods.ts';
import type { Seen } from '../../readiness/seen.ts';
import { DEPLOYMENT, isDeployment } from '../../workloads/deployment.ts';
import { revisionsOf } from '../../workloads/workload.ts';
import type { Session } from '../session.ts';
import { readyTargets, type Targets } from './targets.ts';

/** Lists the ReplicaSets of a Deployment, whose pods are these, where its pods do not tell enough; they are kept as long as its newest is among them. */
export function revisionsOnDemand({ cluster }: Session): (object: KubeObject, seen: Seen) => Promise<readonly KubeObject[]> {
  let known: readonly KubeObject[] = [];
  return async (object, seen) => {
    const of = revisionsAmong(readyTargets(refOf(object), object));
    if (of && failingPod(object.metadata.name, seen.pods, seen) && !newestReplicaSet(object, known)) known = await cluster.list(of);
    return known;
  };
}

/** What a wait has watched, and the ReplicaSets: what is told at its end tells the newest pods from others. */
export function withRevisions(targets: Targets): Targets {
  const replicaSets = revisionsAmong(targets);
  return replicaSets ? { ...targets, replicaSets } : targets;
}

function revisionsAmong({ object, pods }: Targets): Collection | null {
  if (!object || !('name' in object) || !isDeployment(object) || !pods || 'name' in pods) return null;
  return { ...pods, ...revisionsOf(DEPLOYMENT) };
}
