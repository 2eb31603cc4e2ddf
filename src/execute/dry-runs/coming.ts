/** Namespaces that a deploy brings with its files: until they are there, nothing is in them and nothing can be tried there. */
import { namespacesOf } from '../../manifests/namespaces.ts';
import { refOf } from '../../manifests/refs.ts';
import type { Cluster, KubeObject } from '../../model/kube.ts';
import type { Request } from '../../model/request.ts';
import { together } from '../together.ts';

/** The names of those that are not there yet. */
export async function namespacesToCome(request: Request, cluster: Cluster): Promise<readonly string[]> {
  const refs = namespacesOf(request).map(refOf);
  return (await together(refs.map(async ref => ((await cluster.get(ref)) ? [] : [ref.name])))).flat();
}

/**
 * The cluster as if these namespaces were there, empty, and took every file as it is. The API server is not asked: it would answer that there is no such
 * namespace, or refuse a login that gets its rights in one only by creating it.
 */
export function emptyIn(namespaces: readonly string[], cluster: Cluster): Cluster {
  if (namespaces.length === 0) return cluster;
  const isIn = ({ namespace }: { readonly namespace?: string }): boolean => namespace !== undefined && namespaces.includes(namespace);
  const stored = (object: KubeObject, write: () => Promise<KubeObject>): Promise<KubeObject> =>
    isIn(object.metadata) ? Promise.resolve(object) : write();
  return {
    ...cluster,
    get: ref => (isIn(ref) ? Promise.resolve(null) : cluster.get(ref)),
    list: of => (isIn(of) ? Promise.resolve([]) : cluster.list(of)),
    create: (object, options) => stored(object, () => cluster.create(object, options)),
    apply: (object, options) => stored(object, () => cluster.apply(object, options)),
  };
}
