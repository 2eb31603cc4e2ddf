/** What the previous release of an application had and this one has not, in operations. */
import { type ApplySet, type Extent, parentOf, united } from '../../manifests/apply-set.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import { removalRank } from './remember.ts';

/** What a release drops. */
export interface Pruning {
  readonly set: ApplySet;
  /** What the parent said before; null where there was none. */
  readonly before: Extent | null;
  readonly now: Extent;
  readonly dropped: readonly KubeObject[];
}

/** The parent names all that there may be before anything of it is written: who dies meanwhile loses sight of nothing. */
export function widening(pruning: Pruning | null): Batches {
  if (!pruning) return [];
  const { set, before, now } = pruning;
  return [[{ do: 'apply-parent', parent: parentOf(set, before ? united(before, now) : now), ...(before ? {} : { isNew: true }) }]];
}

/** One object after the other goes when the new version has taken over, and is forgotten by the parent then. */
export function dropping(pruning: Pruning | null): Batches {
  if (!pruning) return [];
  const { set, now, dropped } = pruning;
  return [...inOrder(dropped).map(pruned), [{ do: 'apply-parent', parent: parentOf(set, now), dropped: dropped.map(refOf) }]];
}

function pruned(object: KubeObject): readonly Operation[] {
  const { uid } = object.metadata;
  return [{ do: 'prune', ref: refOf(object), ...(uid ? { uid } : {}) }];
}

/** Routes before Services before workloads before the rest. */
const inOrder = (objects: readonly KubeObject[]): readonly KubeObject[] =>
  objects.toSorted((a, b) => removalRank(a) - removalRank(b) || (keyOf(refOf(a)) < keyOf(refOf(b)) ? -1 : 1));
