/** Merges an applied object into the live one, as server-side apply does. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isList, isObject } from '../json.ts';
import { anything, childSchema, type Schema } from '../schema/schema.ts';
import { isLeaf, itemElement } from './walk.ts';

type ListSchema = Extract<Schema, { readonly type: 'list' }>;

/** The live value with everything that the applied one says. */
export function merge(schema: Schema, live: Json | undefined, applied: Json | undefined): Json | undefined {
  if (applied === undefined) return live;
  if (live === undefined || live === null || isLeaf(schema, applied)) return applied;
  if (isList(applied) && isList(live) && schema.type === 'list') return mergeLists(schema, live, applied);
  return isObject(applied) && isObject(live) ? mergeObjects(schema, live, applied) : applied;
}

function mergeObjects(schema: Schema, live: JsonObject, applied: JsonObject): JsonObject {
  const merged = Object.entries(applied).map(
    ([key, value]) => [key, merge(childSchema(schema, key) ?? anything, live[key], value)] as const,
  );
  return { ...live, ...Object.fromEntries(merged) };
}

/** Applied items keep their order; live ones that are not applied keep their place among them. */
function mergeLists(schema: ListSchema, live: readonly Json[], applied: readonly Json[]): readonly Json[] {
  const lives = new Map(live.map(item => [itemElement(schema, item), item] as const));
  const wanted = new Map(applied.map(item => [itemElement(schema, item), item] as const));
  const queue = [...wanted.keys()];
  const order: string[] = [];
  for (const element of lives.keys()) {
    if (!wanted.has(element)) order.push(element);
    else if (!order.includes(element)) order.push(...queue.splice(0, queue.indexOf(element) + 1));
  }
  return [...order, ...queue].flatMap(element => merge(schema.of, lives.get(element), wanted.get(element)) ?? []);
}
