/** The fields of a mapping while it is read. */

/** What a merge brings may be written once more. */
export function mergeInto(fields: Record<string, unknown>, added: readonly (readonly [string, unknown])[], merged: Set<string>): void {
  for (const [key, value] of added) {
    if (!Object.hasOwn(fields, key)) merged.add(key);
    put(fields, key, value);
  }
}

/** An assignment to `__proto__` would change what the mapping is. */
export function put(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(fields, key, { value, writable: true, enumerable: true, configurable: true });
  else fields[key] = value;
}
