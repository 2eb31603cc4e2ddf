/** Kinds that every Kubernetes serves, all of them in namespaces: nobody has to ask for them. */
import type { ServedKind } from '../model/kube.ts';

const PLURALS: ReadonlyMap<string, string> = new Map([
  ['v1/ConfigMap', 'configmaps'],
  ['v1/Event', 'events'],
  ['v1/PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['v1/Pod', 'pods'],
  ['v1/Secret', 'secrets'],
  ['v1/Service', 'services'],
  ['v1/ServiceAccount', 'serviceaccounts'],
  ['apps/v1/Deployment', 'deployments'],
  ['apps/v1/ReplicaSet', 'replicasets'],
]);

/** The kind as it is served by this version; null for any other kind and version. */
export function coreKind(apiVersion: string, kind: string): ServedKind | null {
  const plural = PLURALS.get(`${apiVersion}/${kind}`);
  return plural === undefined ? null : { apiVersion, kind, plural, namespaced: true };
}
