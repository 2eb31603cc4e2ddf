import { RolloutError } from './errors.ts';
import { together } from './execute/together.ts';
import { at, text } from './manifests/json.ts';
import { groupOf, nameOf, refOf } from './manifests/refs.ts';
import type { Cluster, KubeObject } from './model/kube.ts';
import type { Manifest, Request } from './model/request.ts';

/**
 * The request with every namespaced object in a namespace of its own: the file's, or else the request's.
 * @throws RolloutError NOT_SERVED for kinds that neither the cluster nor a definition among the files knows.
 */
export async function locate(request: Request, cluster: Cluster): Promise<Request> {
  const defined = request.manifests.map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const located = await together(request.manifests.map(manifest => place(manifest, { request, cluster, defined })));
  return { ...request, manifests: located };
}

interface Around {
  readonly request: Request;
  readonly cluster: Cluster;
  readonly defined: readonly KubeObject[];
}

async function place(manifest: Manifest, { request, cluster, defined }: Around): Promise<Manifest> {
  const { object, from } = manifest;
  const served = await cluster.served(object.apiVersion, object.kind);
  const definition = defined.find(({ spec }) => at(spec, 'names.kind') === object.kind && at(spec, 'group') === groupOf(object.apiVersion));
  if (!served && !definition) {
    throw new RolloutError(
      'NOT_SERVED',
      `${from}: the cluster does not know ${object.kind} in ${object.apiVersion} (${nameOf(refOf(object))})`,
      'Check apiVersion and kind, or install the definition (CRD) first.',
    );
  }
  const isNamespaced = served ? served.namespaced : text(at(definition?.spec, 'scope')) === 'Namespaced';
  const { namespace: own, ...metadata } = object.metadata;
  const placed = isNamespaced ? { ...metadata, namespace: own ?? request.namespace } : metadata;
  return { from, object: { ...object, metadata: placed } };
}
