/** Answers with everything taken out that differs between two runs of the same cluster. */

const times = /"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"/g;
const uids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The value in a form that two servers share: names drawn by lot, times, uids, versions and addresses are words. */
export function normal(value: unknown, namespace: string): unknown {
  const text = JSON.stringify(value)
    .replaceAll(namespace, 'NAMESPACE')
    .replace(times, '"TIME"')
    .replace(uids, 'UID')
    .replace(/"resourceVersion":"\d+"/g, '"resourceVersion":"VERSION"')
    .replace(/\bnode-\d+\b/g, 'NODE')
    .replace(/\b10\.\d+\.\d+\.\d+\b/g, 'ADDRESS')
    .replace(/\bweb-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, 'web-HASH-POD')
    .replace(/\bweb-[a-z0-9]{8,10}\b/g, 'web-HASH')
    .replace(/("(?:pod-template-hash|controller-revision-hash)":)"[a-z0-9-]+"/g, '$1"HASH"');
  return ordered(JSON.parse(text));
}

/** Sorts what has no order: items of lists of objects, managers, conditions. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(ordered);
    return items.every(item => isSortable(item)) ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.filter(([key]) => !volatile.has(key)).map(([key, child]) => [key, ordered(child)]));
}

const volatile = new Set([
  'k:{"type":"PodScheduled"}',
  'time',
  'hostIP',
  'endpoints.kubernetes.io/last-change-trigger-time',
  'f:endpoints.kubernetes.io/last-change-trigger-time',
]);

function isSortable(item: unknown): boolean {
  return (
    typeof item === 'object' &&
    item !== null &&
    ('metadata' in item || 'manager' in item || 'lastTransitionTime' in item || 'targetRef' in item)
  );
}
