import { RolloutError } from '../errors.ts';
import { imagesOf } from '../manifests/images.ts';
import type { Cluster } from '../model/kube.ts';
import type { Request } from '../model/request.ts';

/** A Secret by where it has to be. */
export interface Missing {
  readonly name: string;
  readonly namespace: string;
}

/** The pull secrets asked for that neither the namespaces of the pods nor the files have; what may not be read is taken to be there. */
export async function missingPullSecrets({ inputs, manifests, namespace: own }: Request, cluster: Cluster): Promise<readonly Missing[]> {
  const placed = manifests.map(({ object }) => ({ object, namespace: object.metadata.namespace ?? own }));
  const places = [...new Set(placed.flatMap(({ object, namespace }) => (imagesOf(object).length > 0 ? [namespace] : [])))];
  const isBrought = ({ name, namespace }: Missing): boolean =>
    placed.some(({ object, namespace: place }) => object.kind === 'Secret' && object.metadata.name === name && place === namespace);
  const asked = (places.length > 0 ? places : [own]).flatMap(namespace => inputs.imagePullSecrets.map(name => ({ name, namespace })));
  const sought = asked.filter(secret => !isBrought(secret));
  const absent = await Promise.all(sought.map(({ name, namespace }) => isAbsent(name, namespace, cluster)));
  return sought.filter((_, index) => absent[index]);
}

async function isAbsent(name: string, namespace: string, cluster: Cluster): Promise<boolean> {
  try {
    return (await cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace, name })) === null;
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'FORBIDDEN') return false;
    throw error;
  }
}
