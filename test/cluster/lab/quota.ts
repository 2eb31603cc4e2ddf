import type { KubeObject } from '../../../src/model/kube.ts';

/** Room for so many pods. */
export function quota(pods: number): KubeObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'room' }, spec: { hard: { pods: String(pods) } } };
}
