import { selectorQuery } from './manifests/isolate.ts';
import type { UnreadyState } from './model/event.ts';
import type { Cluster, KubeObject } from './model/kube.ts';
import { explain } from './readiness/explain.ts';
import { readiness } from './readiness/index.ts';

/** Tells why a Deployment is not ready, and whether waiting cannot help; nothing of one that is ready, or whose pods may not be read. */
export type Troubles = (workload: KubeObject) => Promise<UnreadyState>;

/** For the Deployments of a namespace; its Events are read once, and only when one of them is asked for. */
export function troublesIn(namespace: string, cluster: Cluster): Troubles {
  let events: Promise<readonly KubeObject[]> | null = null;
  return async workload => {
    const of = { namespace, labels: selectorQuery(workload.spec) };
    events ??= cluster.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []);
    try {
      const [pods, replicaSets, told] = await Promise.all([
        cluster.list({ apiVersion: 'v1', kind: 'Pod', ...of }),
        cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...of }),
        events,
      ]);
      const seen = { pods, replicaSets, events: told, now: cluster.now() };
      const state = readiness(workload, seen);
      if (state.state === 'ready') return {};
      return { failed: state.state === 'failing', reason: explain(workload, seen)[0] ?? state.text };
    } catch {
      return {};
    }
  };
}
