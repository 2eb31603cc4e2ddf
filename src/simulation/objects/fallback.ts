/** Defaults as an object of the same shape. */
import type { JsonObject } from '../../model/kube.ts';
import { isObject } from '../json.ts';

/** The object with every field of `defaults` that it does not have, objects merged through. */
export function withDefaults(object: JsonObject, defaults: JsonObject): JsonObject {
  const merged = Object.entries(defaults).map(([key, value]) => {
    const present = object[key];
    if (present === undefined) return [key, value] as const;
    return [key, isObject(present) && isObject(value) ? withDefaults(present, value) : present] as const;
  });
  return { ...object, ...Object.fromEntries(merged) };
}
