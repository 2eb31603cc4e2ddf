/** The claims of the cluster that the files' workloads mount. */
import { RolloutError } from '../../errors.ts';
import { keyOf } from '../../manifests/refs.ts';
import { templateOf } from '../../manifests/template.ts';
import { claimsIn } from '../../manifests/volumes.ts';
import type { Cluster, KubeObject, Ref } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Request } from '../../model/request.ts';
import { isInstead } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { together } from '../together.ts';

/** Reads the claims that a deploy beside the running version has to know and that are not known yet. A claim that may not be read counts as absent. */
export async function readClaims({ manifests, inputs }: Request, cluster: Cluster, known: Live['objects']): Promise<readonly KubeObject[]> {
  if (inputs.action !== 'deploy' || isInstead(inputs.strategy)) return [];
  const refs = manifests.flatMap(({ object }) =>
    isDeployment(object) ? claimsIn(templateOf(object)).map(name => claimRef(name, object.metadata.namespace)) : [],
  );
  const unknown = [...new Map(refs.map(ref => [keyOf(ref), ref])).values()].filter(ref => !known[keyOf(ref)]);
  const found = await together(unknown.map(ref => cluster.get(ref).catch(asAbsent)));
  return found.filter(object => object !== null);
}

const claimRef = (name: string, namespace: string | undefined): Ref => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  ...(namespace ? { namespace } : {}),
  name,
});

function asAbsent(error: unknown): null {
  if (error instanceof RolloutError && error.code === 'FORBIDDEN') return null;
  throw error;
}
