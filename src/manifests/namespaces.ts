/** Namespaces that come with the files: nothing can be in one before it is there. */
import type { KubeObject } from '../model/kube.ts';
import type { Request } from '../model/request.ts';
import { keyOf, refOf } from './refs.ts';

/** Those of a deploy, each once. */
export function namespacesOf({ inputs, manifests }: Pick<Request, 'inputs' | 'manifests'>): readonly KubeObject[] {
  const files = inputs.action === 'deploy' ? manifests.map(({ object }) => object).filter(({ kind }) => kind === 'Namespace') : [];
  return [...new Map(files.map(object => [keyOf(refOf(object)), object])).values()];
}
