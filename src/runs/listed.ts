/** Answers of others in JSON: nothing of them is taken that was not looked at. */
import { atPath, parsedJson } from '../model/json-path.ts';

/** The list that an answer is, or that stands in it by a name; null where it is none. */
export function listed(text: string, name?: string): readonly unknown[] | null {
  const value = parsedJson(text);
  const list = name === undefined ? value : atPath(value, [name]);
  return Array.isArray(list) ? list : null;
}

interface Kinds {
  readonly number: number;
  readonly string: string;
  readonly object: object;
}

/** Fields of an object, each of the kind named; null where one is of another kind. */
export function partsOf<Wanted extends Readonly<Record<string, keyof Kinds>>>(
  value: unknown,
  wanted: Wanted,
): { readonly [Name in keyof Wanted]: Kinds[Wanted[Name]] } | null {
  const found = Object.entries(wanted).map(([name, kind]) => [name, atPath(value, [name]), kind] as const);
  if (found.some(([, part, kind]) => part === null || typeof part !== kind)) return null;
  return Object.fromEntries(found) as { readonly [Name in keyof Wanted]: Kinds[Wanted[Name]] };
}
