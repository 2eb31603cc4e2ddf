import type { KubeObject } from '../../model/kube.ts';
import { POD_MAKERS } from '../../workloads/pods.ts';

/** What workloads refer to, what is made into their Secrets among it. */
const REFERRED = [
  'PriorityClass',
  'StorageClass',
  'RuntimeClass',
  'IngressClass',
  'CSIDriver',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
  'SealedSecret',
  'ClusterSecretStore',
  'SecretStore',
  'ExternalSecret',
  'SecretProviderClass',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'NetworkPolicy',
  'Service',
];

/** THE order: each wave is applied when the one before is there; null stands for all kinds that no wave names. */
const WAVES: readonly (readonly string[] | null)[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  REFERRED,
  POD_MAKERS.map(({ kind }) => kind),
  // What acts on workloads, sends them requests, or is checked by a webhook that their pods serve.
  null,
  // The API server asks these about what others write: before their pods answer, they would stop everything.
  [
    'APIService',
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
  ],
];

const REST = WAVES.indexOf(null);
const FIRST = [...(WAVES[0] ?? []), ...(WAVES[1] ?? []), ...REFERRED];

/** Kinds that only matter when something refers to them: created at deploy where they are absent. */
const INERT = [
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'PersistentVolumeClaim',
  'Service',
  'Namespace',
  'CustomResourceDefinition',
];

/** Kinds that a first release leaves behind when it is taken back: they may hold data, or things of others. */
const KEPT = ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim'];

/** The objects in waves, each to be applied when the one before is there. */
export const waves = (objects: readonly KubeObject[]): readonly (readonly KubeObject[])[] =>
  everyWave(objects).filter(({ length }) => length > 0);

/** All the waves that there can be, also those without an object. */
export const everyWave = (objects: readonly KubeObject[]): readonly (readonly KubeObject[])[] =>
  WAVES.map((_, rank) => objects.filter(object => rankOf(object) === rank));

/** Whether an object only matters when something refers to it, so that deploy may create it where it is absent. */
export const isInert = ({ kind }: KubeObject): boolean => INERT.includes(kind);
/** Whether a first release that is taken back leaves it behind. */
export const isKept = ({ kind }: { readonly kind: string }): boolean => KEPT.includes(kind);
/** Whether a workload needs it to start. */
export const comesFirst = ({ kind }: KubeObject): boolean => FIRST.includes(kind);

function rankOf({ kind }: KubeObject): number {
  const rank = WAVES.findIndex(kinds => kinds?.includes(kind));
  return rank < 0 ? REST : rank;
}
