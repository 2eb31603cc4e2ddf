/** Pods that the wait for their Deployment has just shown: the wait for its endpoints need not list them once more. */
import { number } from '../manifests/json.ts';
import { isReady } from '../manifests/pods.ts';
import { questionOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import { staying } from '../readiness/seen.ts';
import { DEPLOYMENT, isDeployment } from '../workloads/deployment.ts';
import { FRESH_MILLISECONDS, type Session } from './session.ts';
import type { Targets } from './targets.ts';
import type { Snapshot } from './watching.ts';

/**
 * Takes note of a Deployment's pods. Two watches of one moment may be of two: only where they show as many ready pods as the Deployment counts, of one
 * template, its ready pods are known to be these.
 */
export function noteReadyPods({ cluster, trail }: Session, { pods: of }: Targets, { object = [], pods = [] }: Snapshot): void {
  const ready = staying(pods).filter(isReady);
  const templates = new Set(ready.map(({ metadata }) => metadata.labels?.[DEPLOYMENT.revisions.hash]));
  const isWhole = object.every(one => isDeployment(one) && number(one.status?.readyReplicas) === ready.length);
  if (of && templates.size === 1 && isWhole) trail.pods.set(questionOf(of), { at: cluster.time.elapsed(), pods });
}

/** The session whose watches begin with the pods that are known; whoever wants more than these gets the cluster's own watch. */
export function knowingPods(session: Session): Session {
  const { cluster, trail } = session;
  const watch: typeof cluster.watch = (of, signal) => {
    const known = trail.pods.get(questionOf(of));
    const isFresh = known !== undefined && cluster.time.elapsed() - known.at < FRESH_MILLISECONDS;
    return isFresh ? following(known.pods, () => cluster.watch(of, signal), signal) : cluster.watch(of, signal);
  };
  return { ...session, cluster: { ...cluster, watch } };
}

async function* following(
  first: readonly KubeObject[],
  watch: () => AsyncIterable<readonly KubeObject[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly KubeObject[]> {
  yield first;
  if (!signal.aborted) yield* watch();
}
