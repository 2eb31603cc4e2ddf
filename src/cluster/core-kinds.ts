/** Kinds that every Kubernetes serves in its core: nobody has to ask for them. */
import type { ServedKind } from '../model/kube.ts';

const PLURALS: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Event: 'events',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Pod: 'pods',
  Secret: 'secrets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
};

/** The kind as it is served in the core's `v1`; null for any other kind and version. */
export function coreKind(apiVersion: string, kind: string): ServedKind | null {
  const plural = apiVersion === 'v1' && Object.hasOwn(PLURALS, kind) ? PLURALS[kind] : undefined;
  return plural === undefined ? null : { apiVersion, kind, plural, namespaced: true };
}
