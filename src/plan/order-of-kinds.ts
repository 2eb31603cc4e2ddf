import type { KubeObject } from '../model/kube.ts';

/** What others refer to comes first, workloads next, and what acts on workloads or sends them requests last. */
const FIRST = [
  'Namespace',
  'CustomResourceDefinition',
  'PriorityClass',
  'StorageClass',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'NetworkPolicy',
  'Service',
];
const WORKLOADS = ['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];

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
  RANKS.map(rank => objects.filter(object => rankOf(object) === rank));

/** Whether an object only matters when something refers to it, so that deploy may create it where it is absent. */
export const isInert = ({ kind }: KubeObject): boolean => INERT.includes(kind);
/** Whether a first release that is taken back leaves it behind. */
export const isKept = ({ kind }: { readonly kind: string }): boolean => KEPT.includes(kind);
/** Whether a workload needs it to start. */
export const comesFirst = ({ kind }: KubeObject): boolean => FIRST.includes(kind);

const RANKS = [0, 1, 2, 3, 4];

/** Namespaces, then definitions, then what is referred to, then workloads, then the rest. */
function rankOf({ kind }: KubeObject): number {
  if (kind === 'Namespace') return 0;
  if (kind === 'CustomResourceDefinition') return 1;
  if (FIRST.includes(kind)) return 2;
  return WORKLOADS.includes(kind) ? 3 : 4;
}
