/** Fields of one entry of the list, each checked when it is read. */
import { at, isRecord } from '../../src/manifests/json.ts';

/** What is wrong with an entry, without its index. */
export class EntryFault extends Error {}

/** An entry, or a part of it, whose fields are read by dotted paths. */
export type Fields = Readonly<Record<string, unknown>>;

/** A number; `fallback` where the field is missing, and a fault where there is none. */
export function numberAt(fields: Fields, path: string, fallback?: number): number {
  const value = at(fields, path) ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new EntryFault(`${path} must be a number`);
  return value;
}

/** A number in a range, both ends included. */
export function numberWithin(
  fields: Fields,
  path: string,
  range: { readonly from: number; readonly to: number; readonly fallback?: number },
): number {
  const value = numberAt(fields, path, range.fallback);
  if (value < range.from || value > range.to) throw new EntryFault(`${path} must be from ${range.from} to ${range.to}, not ${value}`);
  return value;
}

/** A number, or null where the field is missing or null. */
export const numberOrNull = (fields: Fields, path: string): number | null =>
  (at(fields, path) ?? null) === null ? null : numberAt(fields, path);

/** Yes or no; `no` where the field is missing. */
export function flagAt(fields: Fields, path: string, fallback = false): boolean {
  const value = at(fields, path) ?? fallback;
  if (typeof value !== 'boolean') throw new EntryFault(`${path} must be true or false`);
  return value;
}

/** One of some words; the first where the field is missing. */
export function wordAt<Word extends string>(fields: Fields, path: string, words: readonly [Word, ...Word[]]): Word {
  const value = at(fields, path) ?? words[0];
  const word = words.find(one => one === value);
  if (word === undefined) throw new EntryFault(`${path} must be one of ${words.join(', ')}, not ${JSON.stringify(value)}`);
  return word;
}

/** A list of numbers, where null is a hole (NaN); empty where the field is missing. */
export function seriesAt(fields: Fields, path: string): readonly number[] {
  return listAt(fields, path).map((value, index) => {
    if (value === null) return Number.NaN;
    if (typeof value !== 'number') throw new EntryFault(`${path}[${index}] must be a number or null`);
    // JSON has no infinity, but 1e999 is read as one.
    if (!Number.isFinite(value)) throw new EntryFault(`${path}[${index}] is too large for a number`);
    return value;
  });
}

/** A list; empty where the field is missing. */
export function listAt(fields: Fields, path: string): readonly unknown[] {
  const value = at(fields, path) ?? [];
  if (!Array.isArray(value)) throw new EntryFault(`${path} must be a list`);
  return value;
}

/** An object; an empty one where the field is missing. */
export function fieldsAt(fields: Fields, path: string): Fields {
  const value = at(fields, path) ?? {};
  if (!isRecord(value)) throw new EntryFault(`${path} must be an object`);
  return value;
}
