/** What the API knows of a type: its fields, how its lists merge, what is required. */
import type { Json, JsonObject } from '../../model/kube.ts';

/** Kinds of leaf values. */
export type Scalar = 'string' | 'int32' | 'int64' | 'number' | 'boolean' | 'any' | 'quantity' | 'time' | 'intOrString';

/** How the items of a list are told apart: not at all, by value, or by the values of keys. */
export type ListRelation = { readonly by: 'none' } | { readonly by: 'value' } | { readonly by: 'keys'; readonly keys: readonly string[] };

/** The type of a value. */
export type Schema =
  | { readonly type: 'scalar'; readonly scalar: Scalar }
  | { readonly type: 'list'; readonly of: Schema; readonly relation: ListRelation }
  | { readonly type: 'map'; readonly of: Schema; readonly atomic: boolean }
  | Struct;

/** An object with known fields. `open`: unknown ones are kept. `goType`: the name that decoding errors show. */
export interface Struct {
  readonly type: 'struct';
  readonly goType: string;
  readonly atomic: boolean;
  readonly open: boolean;
  readonly fields: ReadonlyMap<string, Field>;
}

/** A field of a struct. */
export interface Field {
  /** Resolved when asked, since types may contain themselves. */
  readonly schema: () => Schema;
  readonly required: boolean;
  readonly default: Json | undefined;
  /** Key under which a strategic merge patch merges the list's items. */
  readonly mergeKey: string | undefined;
}

/** The value of a function that is asked once and only when it is needed. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The schema of anything goes. */
export const anything: Schema = { type: 'scalar', scalar: 'any' };

/** The schema of a field of an object, or undefined when the object must not have it. */
export function childSchema(schema: Schema, field: string): Schema | undefined {
  if (schema.type === 'map') return schema.of;
  if (schema.type === 'struct') return schema.fields.get(field)?.schema() ?? (schema.open ? anything : undefined);
  return schema.type === 'scalar' && schema.scalar === 'any' ? anything : undefined;
}

/** The values of a keyed list's item under its keys, defaults included. */
export function itemKeys(schema: Schema, keys: readonly string[], item: JsonObject): JsonObject {
  const entries = keys.map(key => {
    const fallback = schema.type === 'struct' ? schema.fields.get(key)?.default : undefined;
    return [key, item[key] ?? fallback] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
