/** Garbage collection: objects whose owners are gone, and owners that wait for their objects. */

import type { JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, textAt, withAt } from '../json.ts';
import { ownersOf } from '../store/kinship.ts';
import type { StoreEvent } from '../store/store.ts';
import type { Controller, World } from './controller.ts';
import { change, isGoing, remove } from './writes.ts';

/** The garbage collector; its keys are uids of owners. */
export const garbageCollector: Controller = {
  name: 'garbage',
  keys: (_, event) => [...ownUid(event), ...ownersOf(event.object)],
  reconcile: (world, uid) => {
    const owner = world.api.store.byUid(uid);
    const dependents = world.api.store.ownedBy(uid);
    if (owner === undefined) for (const dependent of dependents) release(world, dependent);
    else if (isGoing(owner)) settle(world, owner, dependents);
    return null;
  },
};

/** An owner matters when it goes or is gone. */
function ownUid(event: StoreEvent): readonly string[] {
  return event.type === 'DELETED' || isGoing(event.object) ? [textAt(event.object, 'metadata', 'uid')] : [];
}

/** Without any living owner left, the object goes; with others, only the reference does. */
function release(world: World, dependent: JsonObject): void {
  const living = listAt(dependent, 'metadata', 'ownerReferences').filter(
    owner => world.api.store.byUid(textAt(owner, 'uid')) !== undefined,
  );
  if (living.length > 0) change(world, withAt(dependent, ['metadata', 'ownerReferences'], living));
  else if (!isGoing(dependent))
    remove(world, dependent, {
      propagation: listAt(dependent, 'metadata', 'finalizers').includes('foregroundDeletion') ? 'Foreground' : 'Background',
    });
}

function settle(world: World, owner: JsonObject, dependents: readonly JsonObject[]): void {
  const finalizers = listAt(owner, 'metadata', 'finalizers');
  if (finalizers.includes('orphan')) {
    for (const dependent of dependents) orphan(world, dependent, textAt(owner, 'metadata', 'uid'));
    unfinalize(world, owner, 'orphan');
  } else if (finalizers.includes('foregroundDeletion')) {
    for (const dependent of dependents)
      if (!isGoing(dependent)) remove(world, dependent, { propagation: hasDependents(world, dependent) ? 'Foreground' : 'Background' });
    const blocking = world.api.store
      .ownedBy(textAt(owner, 'metadata', 'uid'))
      .filter(dependent => blocks(dependent, textAt(owner, 'metadata', 'uid')));
    if (blocking.length === 0) unfinalize(world, owner, 'foregroundDeletion');
  }
}

function hasDependents(world: World, object: JsonObject): boolean {
  return world.api.store.ownedBy(textAt(object, 'metadata', 'uid')).length > 0;
}

function blocks(dependent: JsonObject, uid: string): boolean {
  return listAt(dependent, 'metadata', 'ownerReferences').some(
    owner => textAt(owner, 'uid') === uid && at(owner, 'blockOwnerDeletion') === true,
  );
}

function orphan(world: World, dependent: JsonObject, uid: string): void {
  const others = listAt(dependent, 'metadata', 'ownerReferences').filter(owner => isObject(owner) && textAt(owner, 'uid') !== uid);
  change(world, withAt(dependent, ['metadata', 'ownerReferences'], others.length === 0 ? undefined : others));
}

function unfinalize(world: World, owner: JsonObject, name: string): void {
  const others = listAt(owner, 'metadata', 'finalizers').filter(other => other !== name);
  change(world, withAt(owner, ['metadata', 'finalizers'], others.length === 0 ? undefined : others));
}
