import type { KubeObject } from '../model/kube.ts';
import { isOf, type Workload } from './workload.ts';

/** What has one pod on every node: a second one beside it would hold the same ports, sockets and devices. A ControllerRevision keeps each of its templates. */
export const DAEMON_SET: Workload = {
  kind: 'DaemonSet',
  revisions: { kind: 'ControllerRevision', hash: 'controller-revision-hash' },
};

/** Whether it is one. */
export const isDaemonSet = (object: Pick<KubeObject, 'kind' | 'apiVersion'>): boolean => isOf(DAEMON_SET, object);
