/** What a pod says of itself. */
import type { KubeObject } from '../model/kube.ts';
import { at, records } from './json.ts';

/** The pod's own word for taking requests. */
export const isReady = (pod: KubeObject): boolean =>
  records(at(pod, 'status.conditions')).some(({ type, status }) => type === 'Ready' && status === 'True');
