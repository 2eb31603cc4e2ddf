import type { JsonObject } from '../model/kube.ts';
import type { Role, Shadow } from '../model/stage.ts';
import { at, isRecord, record, records } from './json.ts';
import { derived, partOf, VARIANT } from './names.ts';
import { matches, picks, retarget } from './selectors.ts';
import { labelsOf, toJson } from './template.ts';

type Labels = Readonly<Record<string, string>>;

/** How label values tell a variant's pods from stable's. */
export interface Isolation {
  readonly keys: readonly string[];
  /** Canary and baseline bear the same values, for data planes that know one canary only. */
  readonly shared?: boolean;
  /** What the canary is called where the user gave it a name. */
  readonly canary?: Shadow;
}

/**
 * The fewest label keys that must differ for a variant's pods to match none of the selectors that pick stable's pods, nor any other
 * selector of the namespace; null when there are none. A hitting set over the selectors' keys.
 */
export function isolationKeys(labels: Labels, selectors: readonly Labels[], canary: Shadow = 'canary'): readonly string[] | null {
  const escaped = selectors.filter(selector => picks(selector, labels));
  const candidates = [...new Set(escaped.flatMap(selector => Object.keys(selector)))].sort();
  const isFree = (keys: readonly string[]): boolean =>
    (['canary', 'baseline'] as const).every(
      role => !selectors.some(selector => picks(selector, variantLabels(labels, role, { keys, canary }))),
    );
  return subsets(candidates).find(isFree) ?? null;
}

/** Stable's labels with the isolating values of a variant. */
export function variantLabels(labels: Labels, role: Role, isolation: Isolation): Labels {
  const { keys, shared } = isolation;
  const suffix = partOf(shared ? 'canary' : role, isolation);
  // A label's value may be empty, but not begin with a dash.
  const distinct = (value: string): string => (value === '' ? suffix : derived(value, suffix));
  const moved = keys.flatMap(key => (labels[key] === undefined ? [] : [[key, distinct(labels[key])] as const]));
  return { ...labels, ...Object.fromEntries(moved), [VARIANT]: partOf(role, isolation) };
}

/** The pod template of a variant: its own label values, and the affinity and spread terms that point at its own labels follow. */
export const isolate = (template: JsonObject, role: Role, isolation: Isolation): JsonObject =>
  relabel(template, variantLabels(labelsOf(template), role, isolation));

/** A pod template with other labels; what of it selects pods with its own labels means the same pods. */
export function relabel(template: JsonObject, to: Labels): JsonObject {
  const from = labelsOf(template);
  const spec = record(template.spec);
  const follow = (selector: unknown): unknown => (matches(selector, from) ? retarget(selector, from, to) : selector);
  return toJson({
    ...template,
    metadata: { ...record(template.metadata), labels: to },
    spec: {
      ...spec,
      ...(isRecord(spec.affinity) ? { affinity: mapSelectors(spec.affinity, follow) } : {}),
      ...(Array.isArray(spec.topologySpreadConstraints)
        ? { topologySpreadConstraints: records(spec.topologySpreadConstraints).map(term => mapSelectors(term, follow)) }
        : {}),
    },
  });
}

/** Every `labelSelector` at any depth. */
function mapSelectors(value: unknown, change: (selector: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(item => mapSelectors(item, change));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, key === 'labelSelector' ? change(item) : mapSelectors(item, change)]);
  return Object.fromEntries(entries);
}

/** All subsets, smallest first; beyond 12 keys only those of up to 2, then the whole. */
function subsets(keys: readonly string[]): readonly (readonly string[])[] {
  const most = keys.length > 12 ? 2 : keys.length;
  const grown: (readonly string[])[] = [[]];
  for (let size = 1, from = 0; size <= most; size++) {
    const to = grown.length;
    for (const subset of grown.slice(from, to)) {
      const last = subset.at(-1);
      for (const key of keys) if (last === undefined || key > last) grown.push([...subset, key]);
    }
    from = to;
  }
  return most < keys.length ? [...grown, keys] : grown;
}

/** A workload's selector as plain labels: expressions are left to the API server. */
export const selectorLabels = (spec: unknown): Labels => labelsOf({ metadata: { labels: toJson(at(spec, 'selector.matchLabels')) } });

/** The same as a list asks for it: `app=web,tier=front`; empty where there is none. */
export const selectorQuery = (spec: unknown): string =>
  Object.entries(selectorLabels(spec))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
