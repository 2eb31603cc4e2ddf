import type { KubeObject, ManagedField } from '../model/kube.ts';
import { record } from './json.ts';
import { MANAGER } from './names.ts';
import { toJson } from './template.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether the object is as kubectl's server-side apply left it. Others change owners with the first apply, and what client-side commands
 * wrote and the file lacks goes with it, which no dry run shows.
 */
export function isAppliedOnly({ metadata: { managedFields = [] } }: KubeObject): boolean {
  return managedFields.some(isOfApply) && !managedFields.some(isOfClientSide);
}

/** kubectl's server-side apply. */
export const isOfApply = ({ manager, operation, subresource }: ManagedField): boolean =>
  manager === 'kubectl' && operation === 'Apply' && !subresource;

/** A client-side command of kubectl's: what we apply has none among its owners. */
export const isOfClientSide = ({ manager = '', operation, subresource }: ManagedField): boolean =>
  /^kubectl(-|$)/.test(manager) && operation === 'Update' && !subresource;

/**
 * Who owns which fields when we have given back ours in an object that others have changed too: what they own stays theirs, and a field of
 * ours goes back to who had it before us.
 */
export function withoutOurs(now: KubeObject, original: KubeObject): readonly ManagedField[] {
  const entries = now.metadata.managedFields ?? [];
  const ours = entries.filter(isOurs);
  const theirs = entries.filter(entry => !isOurs(entry));
  const owed = (original.metadata.managedFields ?? []).filter(entry => !isOurs(entry)).flatMap(entry => due(entry, ours));
  const isKept = (entry: ManagedField): boolean => theirs.some(other => isSameOwner(other, entry));
  const grown = theirs.map(entry => owed.filter(other => isSameOwner(other, entry)).reduce(union, entry));
  return [...grown, ...owed.filter(entry => !isKept(entry))];
}

/** Whether fields of it are ours at the moment. */
export const isMarked = (object: KubeObject | undefined): boolean => object?.metadata.managedFields?.some(isOurs) ?? false;

const isOurs = ({ manager }: ManagedField): boolean => manager === MANAGER;

const isSameOwner = (one: ManagedField, other: ManagedField): boolean =>
  (['manager', 'operation', 'subresource', 'apiVersion'] as const).every(key => one[key] === other[key]);

/** The entry with those of its fields alone that are ours by now. */
function due(entry: ManagedField, ours: readonly ManagedField[]): readonly ManagedField[] {
  const taken = ours
    .filter(({ apiVersion }) => apiVersion === entry.apiVersion)
    .reduce<Fields>((sum, { fieldsV1 }) => both(sum, record(fieldsV1)), {});
  const fieldsV1 = common(record(entry.fieldsV1), taken);
  return Object.keys(fieldsV1).length > 0 ? [{ ...entry, fieldsV1: toJson(fieldsV1) }] : [];
}

const union = (one: ManagedField, other: ManagedField): ManagedField => ({
  ...one,
  fieldsV1: toJson(both(record(one.fieldsV1), record(other.fieldsV1))),
});

function both(one: Fields, other: Fields): Fields {
  return { ...one, ...Object.fromEntries(Object.entries(other).map(([key, value]) => [key, both(record(one[key]), record(value))])) };
}

function common(one: Fields, other: Fields): Fields {
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, value]) => {
      const [mine, ours] = [record(value), record(other[key])];
      if (other[key] === undefined) return [];
      const below = common(mine, ours);
      return Object.keys(mine).length === 0 || Object.keys(below).length > 0 ? [[key, below]] : [];
    }),
  );
}
