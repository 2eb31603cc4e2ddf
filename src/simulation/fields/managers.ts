/** The managers of an object's fields: `metadata.managedFields`, decoded. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isObject, listAt, textAt } from '../json.ts';
import { type FieldSet, noFields, parseFields, printFields, union } from './set.ts';

/** One entry of an object's `managedFields`, decoded. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
}

/** Who writes: everything of a manager but what it holds. */
export type Writer = Omit<Manager, 'fields'>;

/** Decodes `metadata.managedFields`. */
export function managersOf(object: JsonObject): readonly Manager[] {
  return listAt(object, 'metadata', 'managedFields').filter(isObject).map(decode);
}

/** Whether two entries are one manager's: an applier is known by its name whatever version it used. */
export function isSameManager(a: Writer, b: Writer): boolean {
  const alike = a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource;
  return alike && (a.operation === 'Apply' || a.apiVersion === b.apiVersion);
}

/** Encodes managers as `managedFields`: appliers first, then by time and name. */
export function encodeManagers(managers: readonly Manager[]): readonly Json[] {
  return managers
    .filter(manager => manager.fields.size > 0)
    .sort(byOperationTimeName)
    .map(encode);
}

/** All fields that any of the managers holds. */
export function allFields(managers: readonly Manager[]): FieldSet {
  return managers.reduce<FieldSet>((all, manager) => union(all, manager.fields), noFields);
}

function decode(entry: JsonObject): Manager {
  return {
    manager: textAt(entry, 'manager'),
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: textAt(entry, 'apiVersion'),
    subresource: textAt(entry, 'subresource'),
    time: textAt(entry, 'time'),
    fields: parseFields(entry.fieldsV1),
  };
}

function encode(manager: Manager): JsonObject {
  return {
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === '' ? {} : { time: manager.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: printFields(manager.fields),
    ...(manager.subresource === '' ? {} : { subresource: manager.subresource }),
  };
}

function byOperationTimeName(a: Manager, b: Manager): number {
  const key = (m: Manager): string => [m.operation, m.time, m.manager, m.apiVersion, m.subresource].join('\n');
  return key(a) < key(b) ? -1 : 1;
}
