import type { KubeObject } from '../model/kube.ts';
import { isRecord, items, record, records, text } from './json.ts';
import { texts } from './template.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether a plain selector (a Service's) picks pods with these labels; an empty one picks none. */
export function picks(selector: Labels, labels: Labels): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

/** Whether a Service has an address of its own, at which something can split its requests. */
export const isSplittable = ({ spec }: KubeObject): boolean => spec?.clusterIP !== 'None' && spec?.type !== 'ExternalName';

/** Whether a LabelSelector matches; an empty one matches everything. */
export function matches(selector: unknown, labels: Labels): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  return (
    Object.entries(texts(matchLabels)).every(([key, value]) => labels[key] === value) &&
    records(matchExpressions).every(expression => holds(expression, labels))
  );
}

function holds(expression: Readonly<Record<string, unknown>>, labels: Labels): boolean {
  const value = labels[text(expression.key)];
  const values = items(expression.values);
  switch (expression.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** A LabelSelector that meant pods with the labels `from`, made to mean the same pods with the labels `to`. */
export function retarget(selector: unknown, from: Labels, to: Labels): unknown {
  if (!isRecord(selector)) return selector;
  const moved = (key: string, value: unknown): unknown => (from[key] === value && to[key] !== undefined ? to[key] : value);
  const { matchLabels, matchExpressions, ...rest } = selector;
  const labels = Object.fromEntries(Object.entries(texts(matchLabels)).map(([key, value]) => [key, moved(key, value)]));
  const expressions = records(matchExpressions).map(expression => ({
    ...expression,
    ...(Array.isArray(expression.values) ? { values: expression.values.map(value => moved(text(expression.key), value)) } : {}),
  }));
  return {
    ...rest,
    ...(matchLabels === undefined ? {} : { matchLabels: labels }),
    ...(matchExpressions === undefined ? {} : { matchExpressions: expressions }),
  };
}
