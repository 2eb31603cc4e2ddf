import { RolloutError } from '../errors.ts';
import { together } from '../execute/together.ts';
import { at, text } from '../manifests/json.ts';
import { groupOf, nameOf, refOf } from '../manifests/refs.ts';
import type { Cluster, KubeObject } from '../model/kube.ts';
import type { Manifest, Request } from '../model/request.ts';
import { currentKind } from '../workloads/current-kinds.ts';

/**
 * The request with every namespaced object in a namespace of its own: the file's, or else the request's.
 * @throws RolloutError NOT_SERVED for kinds that neither the cluster nor a definition among the files knows.
 */
export async function locate(request: Request, cluster: Cluster): Promise<Request> {
  const defined = request.manifests.map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const located = await together(request.manifests.map(manifest => place(manifest, { request, cluster, defined })));
  return { ...request, manifests: located };
}

interface Context {
  readonly request: Request;
  readonly cluster: Cluster;
  readonly defined: readonly KubeObject[];
}

async function place(manifest: Manifest, { request, cluster, defined }: Context): Promise<Manifest> {
  const { object } = manifest;
  const served = await cluster.served(object.apiVersion, object.kind);
  const definition = defined.find(({ spec }) => at(spec, 'names.kind') === object.kind && at(spec, 'group') === groupOf(object.apiVersion));
  if (!served && !definition) throw await unknown(manifest, cluster);
  const isNamespaced = served ? served.namespaced : text(at(definition?.spec, 'scope')) === 'Namespaced';
  const { namespace: own, ...metadata } = object.metadata;
  const placed = isNamespaced ? { ...metadata, namespace: own ?? request.namespace } : metadata;
  return { ...manifest, object: { ...object, metadata: placed } };
}

/** Files are often older than the cluster: where it has the kind by another version, that one is named. */
async function unknown({ object, from }: Manifest, cluster: Cluster): Promise<RolloutError> {
  const [kind, apiVersion] = currentKind(object.kind) ?? [object.kind, object.apiVersion];
  const message = `${from}: the cluster does not know ${object.kind} in ${object.apiVersion} (${nameOf(refOf(object))})`;
  return (await cluster.served(apiVersion, kind))
    ? new RolloutError('NOT_SERVED', `${message}; it has ${kind} in ${apiVersion}`, `Write apiVersion: ${apiVersion} and kind: ${kind}.`)
    : new RolloutError('NOT_SERVED', message, 'Check apiVersion and kind, or install the definition (CRD) first.');
}
