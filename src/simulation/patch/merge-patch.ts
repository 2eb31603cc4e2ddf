/** RFC 7386. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isObject } from '../json.ts';

/** The document with the patch merged in; null removes a field. */
export function mergePatch(document: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = { ...(isObject(document) ? defined(document) : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

function defined(object: JsonObject): Record<string, Json> {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
