import type { Json, JsonObject, KubeObject } from '../../src/model/kube.ts';

/** The object with the value at a path (`['spec', 'replicas']`), everything beside it kept. */
export function withField(object: KubeObject, path: readonly string[], value: Json): KubeObject {
  return { ...object, ...changed(object, path, value) };
}

function changed(
  fields: Readonly<Record<string, unknown>>,
  [key = '', ...rest]: readonly string[],
  value: Json,
): Readonly<Record<string, unknown>> {
  if (rest.length === 0) return { ...fields, [key]: value };
  const inner = fields[key];
  return { ...fields, [key]: changed(isFields(inner) ? inner : {}, rest, value) };
}

function isFields(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
