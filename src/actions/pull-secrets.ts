import { RolloutError } from '../errors.ts';
import type { Cluster } from '../model/kube.ts';
import type { Request } from '../model/request.ts';

/** The pull secrets asked for that neither the namespace nor the files have; what may not be read is taken to be there. */
export async function missingPullSecrets(request: Request, cluster: Cluster): Promise<readonly string[]> {
  const brought = request.manifests.filter(({ object }) => object.kind === 'Secret').map(({ object }) => object.metadata.name);
  const asked = request.inputs.imagePullSecrets.filter(name => !brought.includes(name));
  const absent = await Promise.all(asked.map(name => isAbsent(name, request.namespace, cluster)));
  return asked.filter((_, index) => absent[index]);
}

async function isAbsent(name: string, namespace: string, cluster: Cluster): Promise<boolean> {
  try {
    return (await cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace, name })) === null;
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'FORBIDDEN') return false;
    throw error;
  }
}
