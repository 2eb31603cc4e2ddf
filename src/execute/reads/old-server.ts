/** Kinds of Kubernetes itself that an old API server has by an earlier version only: read by ours, they would pass for absent. */
import { RolloutError } from '../../errors.ts';
import type { Cluster } from '../../model/kube.ts';
import { together } from '../together.ts';

const NEEDED = [
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler', version: 'v2', since: '1.23' },
  { group: 'discovery.k8s.io', kind: 'EndpointSlice', version: 'v1', since: '1.21' },
] as const;

/** @throws RolloutError NOT_SERVED with the version of Kubernetes that has what is missing. */
export async function refuseOldServer(cluster: Pick<Cluster, 'versions'>): Promise<void> {
  const served = await together(NEEDED.map(async needed => ({ ...needed, versions: await cluster.versions(needed.group, needed.kind) })));
  const old = served.find(({ versions, version }) => versions.length > 0 && !versions.includes(version));
  if (!old) return;
  throw new RolloutError(
    'NOT_SERVED',
    `The API server has ${old.kind} only as ${old.group}/${old.versions.join(', ')}: it is older than Kubernetes ${old.since}, which brought ${old.group}/${old.version}.`,
    `Upgrade the cluster to Kubernetes ${NEEDED[0].since} or later.`,
  );
}
