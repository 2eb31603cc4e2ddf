/** A StatefulSet in the middle of a canary: one object that is two versions, told apart by the numbers of its pods. */

import { number } from '../../manifests/json.ts';
import { ourLabels } from '../../manifests/names.ts';
import type { KubeObject } from '../../model/kube.ts';
import { CLAIMED, type Rollout } from '../../model/record.ts';
import { partitionOf } from '../../readiness/stateful-set.ts';
import { podsOf, STATEFUL_SET } from '../../workloads/stateful-set.ts';
import { sideOf } from './side-of.ts';

/** Whether the workload's pods have numbers, so that nothing can stand beside it. */
export const isNumbered = ({ kind }: { readonly kind?: string | undefined }): boolean => kind === STATEFUL_SET.kind;

/** The two versions, each as if it were a workload of its own, by the name of the StatefulSet. */
export interface Sides {
  readonly stable: KubeObject | null;
  readonly canary: KubeObject | null;
}

/**
 * The pods below the partition and those from it on. Without an open rollout a partition is the user's own, and the StatefulSet is one. A canary leaves
 * one pod the old version at least, so that a partition of 0 is none of it.
 */
export function sidesOf(set: KubeObject | null, record: Rollout | null): Sides {
  const original = record && record.stage !== CLAIMED ? record.originals.stable : null;
  const partition = set ? partitionOf(set) : 0;
  if (!set || !original || partition === 0) return { stable: set, canary: null };
  const all = number(set.spec?.replicas, 1);
  const below = Math.min(all, partition);
  const ready = number(set.status?.readyReplicas);
  const updated = Math.max(0, Math.min(number(set.status?.updatedReplicas), ready - below, all - below));
  const { metadata } = set;
  return {
    stable: sideOf(set, { ...original, metadata: { ...metadata, managedFields: original.metadata.managedFields ?? [] } }, [
      below,
      Math.min(below, ready),
    ]),
    canary: sideOf(set, { ...set, metadata: { ...metadata, labels: ourLabels('canary', metadata.name) } }, [all - below, updated]),
  };
}

/** What the pods of a side are called: "db-0..db-3"; the StatefulSet's own name where it is one. */
export function namesOf(role: string, set: KubeObject, { stable, canary }: { readonly stable: number; readonly canary: number }): string {
  if (canary === 0) return set.metadata.name;
  return role === 'canary' ? podsOf(set, stable, stable + canary) : podsOf(set, 0, stable);
}
