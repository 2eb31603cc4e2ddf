import { RolloutError } from '../errors.ts';
import { selectorQuery } from '../manifests/isolate.ts';
import type { UnreadyState } from '../model/event.ts';
import type { Cluster, Collection, KubeObject } from '../model/kube.ts';
import { explain } from '../readiness/explain.ts';
import { readiness } from '../readiness/index.ts';
import type { Seen } from '../readiness/seen.ts';
import { DEPLOYMENT } from '../workloads/deployment.ts';
import { revisionsOf } from '../workloads/workload.ts';

/**
 * Tells why a Deployment is not ready, and whether waiting cannot help; nothing of one that is ready, or whose pods the Role does not let be read. Throws what
 * else fails.
 */
export type Troubles = (workload: KubeObject) => Promise<UnreadyState>;

/** For the Deployments of a namespace; its Events are read once, and only when one of them is asked for. */
export function troublesIn(namespace: string, cluster: Cluster): Troubles {
  let events: Promise<readonly KubeObject[]> | null = null;
  return async workload => {
    const of = { namespace, labels: selectorQuery(workload.spec) };
    events ??= cluster.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(error => (isForbidden(error) ? [] : fail(error)));
    const seen = await around(cluster, of, events).catch(error => (isForbidden(error) ? null : fail(error)));
    if (seen === null) return {};
    const state = readiness(workload, seen);
    if (state.state === 'ready') return {};
    return { failed: state.state === 'failing', reason: explain(workload, seen)[0] ?? state.text };
  };
}

async function around(cluster: Cluster, of: Pick<Collection, 'namespace' | 'labels'>, told: Promise<readonly KubeObject[]>): Promise<Seen> {
  const [pods, replicaSets, events] = await Promise.all([
    cluster.list({ apiVersion: 'v1', kind: 'Pod', ...of }),
    cluster.list({ ...revisionsOf(DEPLOYMENT), ...of }),
    told,
  ]);
  return { pods, replicaSets, events, now: cluster.now() };
}

const isForbidden = (error: unknown): boolean => error instanceof RolloutError && error.code === 'FORBIDDEN';

function fail(error: unknown): never {
  throw error;
}
