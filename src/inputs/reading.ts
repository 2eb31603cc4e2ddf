/** What reading one value gives: the value, or what would have been allowed; where lines are wrong each has its own sentence in `faults`. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly allowed: string; readonly faults?: readonly string[] };

/** A value that was read. */
export function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}

/** A value that is not allowed, with what is. */
export function refuse<T>(allowed: string): Reading<T> {
  return { ok: false, allowed };
}

/** Lines that are not allowed, with a sentence each that names the line. */
export function refuseLines<T>(faults: readonly string[]): Reading<T> {
  return { ok: false, allowed: '', faults };
}
