/** Who owns whom, kept beside the objects so that nobody has to look through all of them. */
import type { JsonObject } from '../../model/kube.ts';
import { listAt, textAt } from '../json.ts';

/** An index of objects by uid and by owner. */
export interface Kinship {
  /** Takes note of a write; `next` is undefined when the object went. */
  note(key: string, previous: JsonObject | undefined, next: JsonObject | undefined): void;
  byUid(uid: string): JsonObject | undefined;
  ownedBy(uid: string, key?: string): readonly JsonObject[];
}

/** An index without any object. */
export function createKinship(): Kinship {
  const objects = new Map<string, { readonly key: string; readonly object: JsonObject }>();
  const children = new Map<string, Set<string>>();
  const forget = (object: JsonObject): void => {
    objects.delete(uidOf(object));
    for (const owner of ownersOf(object)) children.get(owner)?.delete(uidOf(object));
  };
  const remember = (key: string, object: JsonObject): void => {
    objects.set(uidOf(object), { key, object });
    for (const owner of ownersOf(object)) children.set(owner, (children.get(owner) ?? new Set()).add(uidOf(object)));
  };
  return {
    note: (key, previous, next) => {
      if (previous !== undefined) forget(previous);
      if (next !== undefined) remember(key, next);
    },
    byUid: uid => objects.get(uid)?.object,
    ownedBy: (uid, key) =>
      [...(children.get(uid) ?? [])].flatMap(child => {
        const found = objects.get(child);
        return found === undefined || (key !== undefined && found.key !== key) ? [] : [found.object];
      }),
  };
}

function uidOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'uid');
}

/** The uids of those that own an object. */
export function ownersOf(object: JsonObject): readonly string[] {
  return listAt(object, 'metadata', 'ownerReferences').map(owner => textAt(owner, 'uid'));
}
