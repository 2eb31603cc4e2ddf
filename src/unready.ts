import { selectorLabels } from './manifests/isolate.ts';
import type { UnreadyState } from './model/event.ts';
import type { Cluster, KubeObject } from './model/kube.ts';
import { explain } from './readiness/explain.ts';
import { readiness } from './readiness/index.ts';

/** Why a Deployment is not ready, and whether waiting cannot help; nothing for one that is ready, or whose pods may not be read. */
export async function unreadyState(workload: KubeObject, cluster: Cluster): Promise<UnreadyState> {
  const labels = Object.entries(selectorLabels(workload.spec))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { namespace = '' } = workload.metadata;
  try {
    const [pods, replicaSets, events] = await Promise.all([
      cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels }),
      cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }),
      cluster.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []),
    ]);
    const seen = { pods, replicaSets, events, now: cluster.now() };
    const state = readiness(workload, seen);
    if (state.state === 'ready') return {};
    return { failed: state.state === 'failing', reason: explain(workload, seen)[0] ?? state.text };
  } catch {
    return {};
  }
}
