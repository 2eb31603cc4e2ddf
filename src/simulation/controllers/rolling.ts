/** The rolling update: new pods up and old ones down, never too many and never too few. */
import type { JsonObject } from '../../model/kube.ts';
import { numberAt } from '../json.ts';
import type { World } from './controller.ts';
import { type Family, familyOf, margins, scaleSet } from './replica-sets.ts';

/** One step of the update: either the new set grows or the old ones shrink. */
export function rollOver(world: World, deployment: JsonObject, family: Family): Family {
  if (family.current === null) return family;
  const size = newSize(deployment, family.current, family.old);
  if (size !== sizeOf(family.current)) scaleSet(world, { deployment, set: family.current }, size);
  else shrink(world, deployment, family);
  return familyOf(world, deployment, false);
}

function newSize(deployment: JsonObject, current: JsonObject, old: readonly JsonObject[]): number {
  const wanted = numberAt(deployment, 1, 'spec', 'replicas');
  const size = sizeOf(current);
  if (size >= wanted) return wanted;
  const room = wanted + margins(deployment).surge - size - total(old, sizeOf);
  return room <= 0 ? size : size + Math.min(room, wanted - size);
}

function shrink(world: World, deployment: JsonObject, { current, old }: Family): void {
  if (current === null || total(old, sizeOf) === 0) return;
  const least = numberAt(deployment, 1, 'spec', 'replicas') - margins(deployment).unavailable;
  const most = total([current, ...old], sizeOf) - least - (sizeOf(current) - availableOf(current));
  if (most <= 0) return;
  const cleaned = removeUnhealthy(world, deployment, { old, most });
  const spare = total([current, ...old], availableOf) - least;
  let rest = Math.min(spare, total(cleaned, sizeOf));
  for (const set of cleaned) {
    const cut = Math.min(sizeOf(set), Math.max(0, rest));
    if (cut > 0) scaleSet(world, { deployment, set }, sizeOf(set) - cut);
    rest -= cut;
  }
}

/** Old pods that are not available are no loss: they go first. */
function removeUnhealthy(
  world: World,
  deployment: JsonObject,
  { old, most }: { readonly old: readonly JsonObject[]; readonly most: number },
): readonly JsonObject[] {
  let rest = most;
  for (const set of old) {
    const cut = Math.min(rest, sizeOf(set) - availableOf(set));
    if (cut > 0) scaleSet(world, { deployment, set }, sizeOf(set) - cut);
    rest -= Math.max(0, cut);
  }
  return familyOf(world, deployment, false).old;
}

function total(sets: readonly JsonObject[], count: (set: JsonObject) => number): number {
  return sets.reduce((sum, set) => sum + count(set), 0);
}

function sizeOf(set: JsonObject): number {
  return numberAt(set, 0, 'spec', 'replicas');
}

function availableOf(set: JsonObject): number {
  return numberAt(set, 0, 'status', 'availableReplicas');
}
