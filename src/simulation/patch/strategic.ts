/** Strategic merge patch: lists of built-in types merge by key, with kubectl's directives. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, equal, isList, isObject, listAt } from '../json.ts';
import { anything, childSchema, type Schema } from '../schema/schema.ts';

const order = '$setElementOrder/';
const removal = '$deleteFromPrimitiveList/';

/** The document with the patch merged in. */
export function strategicPatch(schema: Schema, document: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'replace') return plain(patch);
  if (patch['$patch'] === 'delete') return {};
  const result: Record<string, Json | undefined> = retained(isObject(document) ? document : {}, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = field(schema, { key, patch }, { live: result[key], value });
  }
  return sorted(schema, withoutPrimitives(result, patch), patch);
}

interface Merging {
  readonly live: Json | undefined;
  readonly value: Json;
}

function field(schema: Schema, place: { readonly key: string; readonly patch: JsonObject }, { live, value }: Merging): Json {
  const below = childSchema(schema, place.key) ?? anything;
  const mergeKey = mergeKeyOf(schema, place.key);
  if (isList(value) && below.type === 'list') {
    if (mergeKey !== undefined) return mergeItems(below.of, mergeKey, { live, value });
    return below.relation.by === 'value' ? [...new Set([...(isList(live) ? live : []), ...value])] : value;
  }
  return strategicPatch(below, live, value);
}

function mergeKeyOf(schema: Schema, key: string): string | undefined {
  return schema.type === 'struct' ? schema.fields.get(key)?.mergeKey : undefined;
}

function mergeItems(schema: Schema, mergeKey: string, { live, value }: Merging): Json {
  const patches = (value as readonly Json[]).filter(isObject);
  if (patches.some(item => item['$patch'] === 'replace')) return patches.filter(item => item['$patch'] !== 'replace').map(plain);
  const gone = patches.filter(item => item['$patch'] === 'delete');
  const isAlike = (a: Json, b: JsonObject): boolean => equal(at(a, mergeKey), b[mergeKey]);
  const kept = (isList(live) ? live : []).filter(item => !gone.some(other => isAlike(item, other)));
  const wanted = patches.filter(item => item['$patch'] !== 'delete');
  const merged = kept.map(item => {
    const patch = wanted.find(other => isAlike(item, other));
    return patch === undefined ? item : strategicPatch(schema, item, patch);
  });
  const added = wanted.filter(item => !kept.some(other => isAlike(other, item)));
  return [...merged, ...added.map(item => strategicPatch(schema, {}, item))];
}

function retained(document: JsonObject, patch: JsonObject): Record<string, Json | undefined> {
  const keys = patch['$retainKeys'];
  if (!isList(keys)) return { ...document };
  return Object.fromEntries(Object.entries(document).filter(([key]) => keys.includes(key)));
}

function withoutPrimitives(object: JsonObject, patch: JsonObject): JsonObject {
  const lists = Object.keys(patch).filter(key => key.startsWith(removal));
  const shorter = lists.map(key => {
    const name = key.slice(removal.length);
    return [name, listAt(object, name).filter(item => !listAt(patch, key).includes(item))] as const;
  });
  return { ...object, ...Object.fromEntries(shorter) };
}

function sorted(schema: Schema, object: JsonObject, patch: JsonObject): JsonObject {
  const lists = Object.keys(patch).filter(key => key.startsWith(order) && isList(object[key.slice(order.length)]));
  const inOrder = lists.map(key => {
    const name = key.slice(order.length);
    const mergeKey = mergeKeyOf(schema, name);
    const rank = (item: Json): number =>
      listAt(patch, key).findIndex(other => (mergeKey === undefined ? equal(other, item) : equal(at(other, mergeKey), at(item, mergeKey))));
    return [name, [...listAt(object, name)].sort((a, b) => (rank(a) < 0 || rank(b) < 0 ? 0 : rank(a) - rank(b)))] as const;
  });
  return { ...object, ...Object.fromEntries(inOrder) };
}

function plain(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !key.startsWith('$')));
}
