import type { Collection, KubeObject, Ref } from '../model/kube.ts';

/** Where an object is found; one whose name the API server is to generate is found nowhere yet. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): Ref {
  const name = metadata.name ?? `${metadata.generateName ?? ''}*`;
  return { apiVersion, kind, name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) };
}

/** One text per object, whatever version it is read in. */
export function keyOf({ apiVersion, kind, namespace, name }: Ref): string {
  return `${groupOf(apiVersion)}/${kind}/${namespace ?? ''}/${name}`;
}

/** One text per question that lists or watches. */
export const questionOf = (of: Ref | Collection): string => JSON.stringify(Object.entries(of).toSorted());

/** The API group of an apiVersion; empty for core. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

/** "Deployment demo/web", as messages name an object. */
export const nameOf = ({ kind, namespace, name }: Ref): string => `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
