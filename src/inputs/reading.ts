/** What reading one value gives: the value, or what would have been allowed. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly allowed: string };

/** A value that was read. */
export function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}

/** A value that is not allowed, with what is. */
export function refuse<T>(allowed: string): Reading<T> {
  return { ok: false, allowed };
}
