/** Namespaces that come with the files: nothing can be in one before it is there. */
import type { KubeObject } from '../model/kube.ts';
import type { Request } from '../model/request.ts';
import { keyOf, refOf } from './refs.ts';

/** Where the files are that have their namespaces already; without one the request's own. Files that name theirs need no rights in another. */
export function placesOf({ namespace, manifests }: Pick<Request, 'namespace' | 'manifests'>): readonly string[] {
  const places = new Set(manifests.flatMap(({ object }) => object.metadata.namespace ?? []));
  return places.size > 0 ? [...places] : [namespace];
}

/** Those of a deploy, each once. */
export function namespacesOf({ inputs, manifests }: Pick<Request, 'inputs' | 'manifests'>): readonly KubeObject[] {
  const files = inputs.action === 'deploy' ? manifests.map(({ object }) => object).filter(({ kind }) => kind === 'Namespace') : [];
  return [...new Map(files.map(object => [keyOf(refOf(object)), object])).values()];
}
