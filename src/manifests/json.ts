import { createHash } from 'node:crypto';

type Fields = Readonly<Record<string, unknown>>;

/** The value as JSON with sorted keys; fields that are undefined are left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(item => canonical(item ?? null)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const fields = definedKeys(value).sort();
  return `{${fields.map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/** Deep equality of JSON values, where an undefined field is an absent one and the order of fields does not matter. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = definedKeys(a);
  return keys.length === definedKeys(b).length && keys.every(key => same(a[key], b[key]));
}

/** The first 10 hex digits of the SHA-256 of the canonical JSON. */
export function hash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 10);
}

/** Paths at which two values differ, such as `spec.containers[web].env[COLOR].value`: at most `limit`, never a value. */
export function differences(a: unknown, b: unknown, limit: number): readonly string[] {
  return changes(a, b)
    .slice(0, limit)
    .map(({ path }) => path);
}

/** A place at which two values differ; undefined where one of them has nothing there. */
export interface Difference {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** All places at which two values differ, with what stands there. */
export const changes = (a: unknown, b: unknown): readonly Difference[] => [...differing(a, b, '')];

/** What stands at a dotted path (`spec.template.spec`), or undefined where the path leads nowhere. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => (isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined), value);
}

/** Whether the value is a JSON object. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value when it is a text, otherwise the empty text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value when it is a number, otherwise `fallback`. */
export function number(value: unknown, fallback = 0): number {
  return typeof value === 'number' ? value : fallback;
}

/** The value when it is a JSON object, otherwise an empty one. */
export function record(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

/** The value when it is a list, otherwise an empty one. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a list, its entries read as JSON objects, otherwise an empty one. */
export function records(value: unknown): readonly Fields[] {
  return items(value).map(record);
}

function definedKeys(value: Fields): string[] {
  return Object.keys(value).filter(key => value[key] !== undefined);
}

function* differing(a: unknown, b: unknown, path: string): Generator<Difference> {
  if (same(a, b)) return;
  if (isRecord(a) && isRecord(b)) yield* differingFields(a, b, path);
  else if (Array.isArray(a) && Array.isArray(b)) yield* differingItems(a, b, path);
  else yield { path, from: a, to: b };
}

function* differingFields(a: Fields, b: Fields, path: string): Generator<Difference> {
  for (const key of union(Object.keys(a), Object.keys(b))) yield* differing(a[key], b[key], path === '' ? key : `${path}.${key}`);
}

function* differingItems(a: readonly unknown[], b: readonly unknown[], path: string): Generator<Difference> {
  const left = byKey(a);
  const right = byKey(b);
  const before = [...left.keys()];
  const after = [...right.keys()];
  if (same([...before].sort(), [...after].sort()) && !same(before, after)) yield { path, from: before, to: after };
  for (const key of union(before, after)) yield* differing(left.get(key), right.get(key), `${path}[${key}]`);
}

/** Items by their `name` where all have one of their own, otherwise by index. */
function byKey(list: readonly unknown[]): ReadonlyMap<string, unknown> {
  const names = list.map(item => text(at(item, 'name')));
  const named = names.every(name => name !== '') && new Set(names).size === names.length;
  return new Map(list.map((item, index) => [named ? (names[index] ?? '') : String(index), item]));
}

function union(a: readonly string[], b: readonly string[]): ReadonlySet<string> {
  return new Set([...a, ...b]);
}
