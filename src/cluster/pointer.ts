import { fieldsOf } from './kubeconfig-fields.ts';

/** The value at an RFC 6901 pointer, or undefined. */
export function valueAt(root: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce<unknown>((value, key) => (Array.isArray(value) ? value[Number(key)] : fieldsOf(value)?.[key]), root);
}

/**
 * A copy of `root` with the value at the pointer; maps on the way are made. A map gets a new key by the order of its keys, in which the API
 * server writes JSON.
 */
export function withValueAt(root: unknown, pointer: string, value: unknown): unknown {
  return placed(root, keysOf(pointer), value);
}

function placed(root: unknown, keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(root)) return root.map((entry: unknown, index) => (String(index) === key ? placed(entry, rest, value) : entry));
  const fields = fieldsOf(root) ?? {};
  const next = { ...fields, [key]: placed(fields[key], rest, value) };
  return key in fields ? next : Object.fromEntries(Object.entries(next).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function keysOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
