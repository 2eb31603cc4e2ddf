/** Kinds of Kubernetes itself, by the version that serves them today: older ones are gone, and files outlive them. */
const kindsOf: Readonly<Record<string, string>> = {
  v1: 'ConfigMap Namespace PersistentVolume PersistentVolumeClaim Pod Secret Service ServiceAccount',
  'admissionregistration.k8s.io/v1': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apps/v1': 'DaemonSet Deployment ReplicaSet StatefulSet',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'batch/v1': 'CronJob Job',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy',
  'policy/v1': 'PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'storage.k8s.io/v1': 'StorageClass',
};

const current: ReadonlyMap<string, readonly [kind: string, apiVersion: string]> = new Map(
  Object.entries(kindsOf).flatMap(([apiVersion, kinds]) => kinds.split(' ').map(kind => [kind.toLowerCase(), [kind, apiVersion]] as const)),
);

/** A kind of Kubernetes, however its letters are written, with the version that serves it today; null for any other. */
export function currentKind(kind: string): readonly [kind: string, apiVersion: string] | null {
  return current.get(kind.toLowerCase()) ?? null;
}
