import type { KubeObject } from '../model/kube.ts';
import { valueAt } from './pointer.ts';

/**
 * Fields, as JSON pointers, that a controller of the cluster writes whatever the file says: the rules of a ClusterRole that aggregates others. Sent along
 * they are a conflict; taken by force, every pod of the role is without its rights until the controller has looked again.
 */
export function ofController(file: KubeObject): readonly string[] {
  const isAggregated = file.kind === 'ClusterRole' && file.apiVersion.startsWith('rbac.authorization.k8s.io/');
  return isAggregated && valueAt(file, '/aggregationRule') !== undefined ? ['/rules'] : [];
}
