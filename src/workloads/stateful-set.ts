import type { KubeObject } from '../model/kube.ts';
import { isOf, type Workload } from './workload.ts';

/** What nothing stands beside: its pods have names and volumes of their own. A ControllerRevision keeps each of its templates. */
export const STATEFUL_SET: Workload = {
  kind: 'StatefulSet',
  revisions: { kind: 'ControllerRevision', hash: 'controller-revision-hash' },
};

/** Whether it is one. */
export const isStatefulSet = (object: Pick<KubeObject, 'kind' | 'apiVersion'>): boolean => isOf(STATEFUL_SET, object);

/** "db-3..db-4": the pods of a StatefulSet from one place up to another, that one left out. The first place has number 0, or what its spec says. */
export function podsOf({ metadata: { name }, spec }: Pick<KubeObject, 'metadata' | 'spec'>, from: number, to: number): string {
  const { start = 0 } = (spec?.ordinals ?? {}) as { readonly start?: number };
  const first = `${name}-${start + from}`;
  return to - from > 1 ? `${first}..${name}-${start + to - 1}` : first;
}
