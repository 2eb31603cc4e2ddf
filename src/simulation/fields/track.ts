/** Who owns which field after a write: the rules of server-side apply and of all other writes. */
import type { JsonObject } from '../../model/kube.ts';
import { withAt } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { compare } from './compare.ts';
import { allFields, encodeManagers, isSameManager, type Manager, managersOf, type Writer } from './managers.ts';
import { merge } from './merge.ts';
import { difference, type FieldSet, fieldPaths, intersection, noFields, parseFields, sameFields, union } from './set.ts';
import { fieldsOf, withNamedParents, withoutFields } from './walk.ts';

/** A field that another manager holds with another value. */
export interface FieldConflict {
  readonly manager: Writer;
  /** As error messages show it: `.spec.replicas`. */
  readonly path: string;
}

/** An applied object, and what stands in its way. */
export type Applied = { readonly object: JsonObject; readonly conflicts: readonly FieldConflict[] };

/** Fields that nobody owns: they identify the object or are the server's own. */
const unowned = parseFields({
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    '.': {},
    ...Object.fromEntries(
      ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
        f => [`f:${f}`, {}],
      ),
    ),
  },
});

/** By which schema and for whom a write is tracked. */
export interface Tracking {
  readonly schema: Schema;
  readonly writer: Writer;
  /** True for writes that never set `status`: it has an endpoint of its own. */
  readonly ignoresStatus?: boolean;
  /** Who is said to manage the live object, where that is not what it says itself. */
  readonly managers?: readonly Manager[];
}

/** The object with the managers of its fields after a create (`live` is what an empty object looks like), an update or a patch. */
export function trackUpdate(tracking: Tracking, live: JsonObject, next: JsonObject): JsonObject {
  const managers = tracking.managers ?? managersOf(live);
  const { changed, removed } = compare(tracking.schema, bare(live), bare(next));
  const writer = tracking.writer;
  const mine = managers.find(manager => isSameManager(manager, writer));
  const gained = owned(tracking, changed);
  const others = managers
    .filter(manager => manager !== mine)
    .map(manager => ({ ...manager, fields: difference(difference(manager.fields, changed), removed) }));
  const held = difference(union(mine?.fields ?? noFields, gained), removed);
  // A value that is set is a write of its manager's, whether the field was his before; one that is only taken away leaves no trace.
  const time = mine !== undefined && gained.size === 0 ? mine.time : writer.time;
  return managed(next, [...others, { ...writer, time, fields: held }]);
}

/** Server-side apply: the merged object with its managers, and the conflicts that stand in the way. */
export function trackApply(tracking: Tracking, live: JsonObject, applied: JsonObject): Applied {
  const { schema, writer } = tracking;
  const managers = firstApply(tracking, live);
  const mine = managers.find(manager => isSameManager(manager, writer));
  const named = fieldsOf(schema, applied);
  const fields = owned(tracking, named);
  const others = managers.filter(manager => manager !== mine);
  const merged = merge(schema, bare(live), applied) as JsonObject;
  const pruned = prune(schema, merged, { last: mine?.fields ?? noFields, owned: union(allFields(others), named) });
  const { changed, removed } = compare(schema, bare(live), pruned);
  const conflicts = others.flatMap(manager => fieldPaths(intersection(manager.fields, changed)).map(path => ({ manager, path })));
  const left = others.map(manager => ({ ...manager, fields: difference(difference(manager.fields, changed), removed) }));
  const same = mine !== undefined && changed.size === 0 && removed.size === 0 && sameFields(mine.fields, fields);
  return { object: managed(pruned, [...left, { ...writer, time: same ? mine.time : writer.time, fields }]), conflicts };
}

/** What an object without managers holds belongs to `before-first-apply`. */
function firstApply(tracking: Tracking, live: JsonObject): readonly Manager[] {
  const managers = managersOf(live);
  if (managers.length > 0 || (live.spec === undefined && live.data === undefined)) return managers;
  const fields = owned(tracking, fieldsOf(tracking.schema, bare(live)));
  return [{ ...tracking.writer, manager: 'before-first-apply', operation: 'Update', fields }];
}

function owned(tracking: Tracking, fields: FieldSet): FieldSet {
  const all = difference(fields, unowned);
  return tracking.ignoresStatus === true ? new Map([...all].filter(([element]) => element !== 'f:status')) : all;
}

/** Takes away what this applier named last time and nobody names now. */
function prune(schema: Schema, merged: JsonObject, sets: { readonly last: FieldSet; readonly owned: FieldSet }): JsonObject {
  if (sets.last.size === 0) return merged;
  const ensured = (set: FieldSet): FieldSet => withNamedParents(schema, set);
  const all = ensured(fieldsOf(schema, merged));
  const without = (set: FieldSet): JsonObject => withoutFields(schema, merged, set) as JsonObject;
  const last = ensured(sets.last);
  const first = without(last);
  const second = without(difference(difference(all, ensured(fieldsOf(schema, first))), ensured(sets.owned)));
  return without(intersection(difference(all, ensured(fieldsOf(schema, second))), last));
}

function bare(object: JsonObject): JsonObject {
  return withAt(object, ['metadata', 'managedFields'], undefined);
}

function managed(object: JsonObject, managers: readonly Manager[]): JsonObject {
  const entries = encodeManagers(managers);
  return withAt(object, ['metadata', 'managedFields'], entries.length === 0 ? undefined : entries);
}
