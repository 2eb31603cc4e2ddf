/** Brings the first version into the simulated cluster, as a pipeline without any canary would. */
import { RolloutError } from '../../src/errors.ts';
import type { Cluster } from '../../src/model/kube.ts';
import type { Manifest } from '../../src/model/request.ts';
import { rollout } from '../../src/rollout.ts';
import { requestOf } from '../playground/request.ts';

/** Deploys the files with strategy `none` and waits until they are ready. Throws what the deploy failed with. */
export async function applyTo(cluster: Cluster, manifests: readonly Manifest[], say: (text: string) => void): Promise<void> {
  await makeNamespaces(cluster, manifests);
  const request = requestOf({
    raw: { action: 'deploy', manifests: 'given', timeout: '2m' },
    manifests,
    run: { id: 'simulate', name: 'simulate' },
  });
  for await (const event of rollout(request, cluster, new AbortController().signal)) {
    if (event.type === 'failed') throw new RolloutError(event.code, event.message, event.hint);
    if (event.type === 'done') say(`  ${event.text}`);
  }
}

/** Files that a team applies to a cluster of its own seldom bring the namespaces that they name. */
async function makeNamespaces(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const brought = manifests.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name);
  const named = new Set(manifests.flatMap(({ object }) => object.metadata.namespace ?? []));
  for (const name of named) {
    const ref = { apiVersion: 'v1', kind: 'Namespace', name };
    const isThere = brought.includes(name) || (await cluster.get(ref)) !== null;
    if (!isThere) await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}
