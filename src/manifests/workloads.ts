import type { KubeObject } from '../model/kube.ts';
import { POD_TEMPLATES } from '../workloads/pods.ts';
import { at, isRecord, record } from './json.ts';

/** By group and kind. Both are the user's words: only a Map has no `toString` that nobody put there. */
const paths: ReadonlyMap<string, string> = new Map(POD_TEMPLATES.map(({ group, kind, template }) => [`${group}/${kind}`, template]));

/** Where the object carries a pod template (metadata and spec): a dotted path, empty for a Pod itself, null for kinds that have none. */
export function podTemplatePath(object: { readonly apiVersion: string; readonly kind: string }): string | null {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : 'core';
  return paths.get(`${group}/${object.kind}`) ?? null;
}

/** The object's pod template (metadata and spec), or null where it has none. */
export function podTemplate(object: KubeObject): Readonly<Record<string, unknown>> | null {
  const path = podTemplatePath(object);
  if (path === null) return null;
  const found = path === '' ? object : at(object, path);
  return isRecord(found) ? found : null;
}

/** The object with its pod template changed; objects without one come back as they are. */
export function withPodTemplate(
  object: KubeObject,
  change: (template: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): KubeObject {
  const path = podTemplatePath(object);
  const template = podTemplate(object);
  if (path === null || template === null) return object;
  const changed = change(template);
  if (changed === template) return object;
  const keys = path === '' ? [] : path.split('.');
  return { ...object, ...replaced(object, keys, changed) };
}

function replaced(
  value: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  change: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const [key, ...rest] = keys;
  if (key === undefined) return change;
  return { ...value, [key]: replaced(record(value[key]), rest, change) };
}
