import type { KubeObject, Ref } from '../model/kube.ts';
import { isOf, type Place, refTo, type Workload } from './workload.ts';

/** What runs beside itself: a ReplicaSet keeps the pods of each template. */
export const DEPLOYMENT: Workload = {
  kind: 'Deployment',
  revisions: { kind: 'ReplicaSet', hash: 'pod-template-hash' },
};

/** Whether it is what can run beside itself. */
export const isDeployment = (object: Pick<KubeObject, 'kind' | 'apiVersion'>): boolean => isOf(DEPLOYMENT, object);

/** A Deployment by its place. */
export const deploymentAt = (place: Place): Ref => refTo(DEPLOYMENT, place);
