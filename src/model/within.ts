/** True when everything that `sent` says is in `live`: the API server adds defaults, and nothing else. */
export function isWithin(sent: unknown, live: unknown): boolean {
  if (Array.isArray(sent)) {
    return Array.isArray(live) && sent.length === live.length && sent.every((entry, index) => isWithin(entry, live[index]));
  }
  const fields = fieldsOf(sent);
  if (fields === null) return sent === live || (sent === null && live === undefined);
  const there = fieldsOf(live) ?? {};
  return Object.entries(fields).every(([key, value]) => value === undefined || isEmpty(value, there[key]) || isWithin(value, there[key]));
}

// The API drops empty maps and lists.
function isEmpty(sent: unknown, live: unknown): boolean {
  return live === undefined && typeof sent === 'object' && sent !== null && Object.keys(sent).length === 0;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;
