import type { KubeObject, Ref, ServedKind } from '../model/kube.ts';
import { type Discovery, groupOf } from './discovery.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import type { Requests } from './requests.ts';
import type { Subject } from './status.ts';
import { strange } from './strange.ts';
import type { Written } from './written.ts';

/** What reads and writes go through. */
export interface Api {
  readonly requests: Requests;
  readonly discovery: Discovery;
  readonly written: Written;
  /** Where namespaced objects are that name no namespace. */
  readonly namespace: string;
}

/** The namespace of an object of this kind; null for cluster-scoped ones. */
export function placeOf(api: Api, kind: ServedKind, namespace: string | undefined): string | null {
  return kind.namespaced ? (namespace ?? api.namespace) : null;
}

/** What a request on one object is about. */
export function subjectOf(
  verb: Subject['verb'],
  kind: ServedKind,
  place: { readonly namespace: string | null; readonly name: string | null },
): Subject {
  return { verb, group: groupOf(kind.apiVersion), resource: kind.plural, kind: kind.kind, ...place };
}

/** The reference of an object. */
export function refOf(object: KubeObject): Ref {
  const { namespace, name } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** An answer of the API as the object that it is; throws API_ERROR for what is none. */
export function objectOf(answer: unknown): KubeObject {
  const metadata = fieldsOf(fieldsOf(answer)?.metadata);
  if (typeof metadata?.name !== 'string' || !isOwned(metadata.managedFields ?? [])) throw strange('what is no object of Kubernetes');
  return answer as KubeObject;
}

/** Whether these are entries of owners, which are read and written back entry by entry. */
function isOwned(entries: unknown): boolean {
  return Array.isArray(entries) && entries.every(entry => fieldsOf(fieldsOf(entry)?.fieldsV1 ?? {}) !== null && fieldsOf(entry) !== null);
}
