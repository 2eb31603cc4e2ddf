/** Strategic merge patch: lists of built-in types merge by key, with kubectl's directives. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, equal, isList, isObject, listAt } from '../json.ts';
import { anything, childSchema, type Schema } from '../schema/schema.ts';

const order = '$setElementOrder/';
const removal = '$deleteFromPrimitiveList/';

/** The document with the patch merged in. */
export function strategicPatch(schema: Schema, document: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  if (patch.$patch === 'replace') return plain(patch);
  if (patch.$patch === 'delete') return {};
  const result: Record<string, Json | undefined> = retained(isObject(document) ? document : {}, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = field(schema, { key, patch }, { live: result[key], value });
  }
  return withoutPrimitives(result, patch);
}

interface ItemKey {
  readonly name: string;
  /** Items by their keys, in the order that the patch asks for; empty when it does not. */
  readonly order: readonly Json[];
}

interface Merging {
  readonly live: Json | undefined;
  readonly value: Json;
}

function field(schema: Schema, place: { readonly key: string; readonly patch: JsonObject }, { live, value }: Merging): Json {
  const below = childSchema(schema, place.key) ?? anything;
  const mergeKey = mergeKeyOf(schema, place.key);
  if (isList(value) && below.type === 'list') {
    if (mergeKey !== undefined)
      return mergeItems(below.of, { name: mergeKey, order: listAt(place.patch, `${order}${place.key}`) }, { live, value });
    return below.relation.by === 'value' ? [...new Set([...(isList(live) ? live : []), ...value])] : value;
  }
  return strategicPatch(below, live, value);
}

function mergeKeyOf(schema: Schema, key: string): string | undefined {
  return schema.type === 'struct' ? schema.fields.get(key)?.mergeKey : undefined;
}

function mergeItems(schema: Schema, key: ItemKey, { live, value }: Merging): Json {
  const patches = (value as readonly Json[]).filter(isObject);
  if (patches.some(item => item.$patch === 'replace')) return patches.filter(item => item.$patch !== 'replace').map(plain);
  const isAlike = (a: Json, b: Json): boolean => equal(at(a, key.name), at(b, key.name));
  const gone = patches.filter(item => item.$patch === 'delete');
  const kept = (isList(live) ? live : []).filter(item => !gone.some(other => isAlike(item, other)));
  const wanted = patches.filter(item => item.$patch !== 'delete');
  const rank = key.order.length > 0 ? key.order : wanted;
  const named = rank.flatMap(item => {
    const before = kept.find(other => isAlike(item, other));
    const patch = wanted.find(other => isAlike(item, other));
    return patch === undefined ? (before === undefined ? [] : [before]) : [strategicPatch(schema, before ?? {}, patch)];
  });
  const others = kept.filter(item => !rank.some(other => isAlike(item, other)));
  return interleaved(named, others, item => kept.findIndex(other => isAlike(item, other)));
}

/** What the patch names keeps its order, what it does not keeps its place before or after what it stood beside. */
function interleaved(named: readonly Json[], others: readonly Json[], place: (item: Json) => number): readonly Json[] {
  const [name, ...names] = named;
  const [other, ...rest] = others;
  if (name === undefined) return others;
  if (other === undefined || place(name) < place(other)) return [name, ...interleaved(names, others, place)];
  return [other, ...interleaved(named, rest, place)];
}

function retained(document: JsonObject, patch: JsonObject): Record<string, Json | undefined> {
  const keys = patch.$retainKeys;
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

function plain(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !key.startsWith('$')));
}
