/** Plain JSON, read and changed without mutation. */
import type { Json, JsonObject } from '../model/kube.ts';

/** True for a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a JSON list. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path of field names and list indices, or undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): Json | undefined {
  let node: unknown = value;
  for (const step of path) node = typeof node === 'object' && node !== null ? (node as Record<string | number, unknown>)[step] : undefined;
  return node as Json | undefined;
}

/** The object at a path; empty when there is none. */
export function objectAt(value: unknown, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The list at a path; empty when there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

/** The string at a path, or `''`. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The number at a path, or `fallback`. */
export function numberAt(value: unknown, fallback: number, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : fallback;
}

/** The string values of the object at a path: labels, selectors, annotations. */
export function stringsAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectAt(value, ...path)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The object with one field set by path; objects on the way are made; `undefined` removes the field. */
export function withAt(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [head, ...rest] = path;
  if (head === undefined) return object;
  const next = rest.length === 0 ? value : withAt(objectAt(object, head), rest, value);
  if (next !== undefined) return { ...object, [head]: next };
  const { [head]: _, ...others } = object;
  return others;
}

/** Deep equality of JSON values; an undefined field is an absent one. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const isMore = Object.keys(b).some(key => a[key] === undefined && b[key] !== undefined);
  return !isMore && Object.keys(a).every(key => equal(a[key], b[key]));
}

/** JSON text with sorted keys: equal values give equal texts. */
export function canonical(value: Json | undefined): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .filter(key => value[key] !== undefined)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(',')}}`;
}
