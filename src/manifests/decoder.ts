/** Values from outside, checked field by field as they come in: nothing is read that was not looked at. */
import { isRecord } from './json.ts';

/** Makes a value of a known shape of anything, or throws `Malformed`. */
export type Decoder<T> = (value: unknown, path: string) => T;

/** What a value is not, with the path where it is not. */
export class Malformed extends Error {
  override readonly name = 'Malformed';

  constructor(path: string, expected: string) {
    super(`${path} is not ${expected}`);
  }
}

const primitive =
  <T>(expected: string, is: (value: unknown) => value is T): Decoder<T> =>
  (value, path) => {
    if (!is(value)) throw new Malformed(path, expected);
    return value;
  };

/** A text. */
export const aText = primitive('a text', (value): value is string => typeof value === 'string');
/** A whole or broken number that is one. */
export const aNumber = primitive('a number', (value): value is number => typeof value === 'number' && Number.isFinite(value));
/** true or false. */
export const aFlag = primitive('true or false', (value): value is boolean => typeof value === 'boolean');

/** A text of a form. */
export const aTextLike =
  (form: RegExp, expected: string): Decoder<string> =>
  (value, path) => {
    if (typeof value !== 'string' || !form.test(value)) throw new Malformed(path, expected);
    return value;
  };

/** One of a few texts. */
export const oneOf = <const T extends string>(...texts: readonly T[]): Decoder<T> =>
  primitive(`one of ${texts.join(', ')}`, (value): value is T => texts.some(text => text === value));

/** This very value. */
export const exactly = <const T>(wanted: T): Decoder<T> => primitive(JSON.stringify(wanted), (value): value is T => value === wanted);

/** The value, or null. */
export const nullable =
  <T>(decode: Decoder<T>): Decoder<T | null> =>
  (value, path) =>
    value === null ? null : decode(value, path);

/** The value, or none: a field of an object that may be left out. */
export const optional =
  <T>(decode: Decoder<T>): Decoder<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : decode(value, path);

/** The value, or another where there is none. */
export const orElse =
  <T>(decode: Decoder<T>, fallback: T): Decoder<T> =>
  (value, path) =>
    value === undefined ? fallback : decode(value, path);

/** A list of one kind of values. */
export const listOf =
  <T>(decode: Decoder<T>): Decoder<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw new Malformed(path, 'a list');
    return value.map((item, i) => decode(item, `${path}[${i}]`));
  };

/** A map of one kind of values. */
export const mapOf =
  <T>(decode: Decoder<T>): Decoder<Readonly<Record<string, T>>> =>
  (value, path) => {
    if (!isRecord(value)) throw new Malformed(path, 'an object');
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item, `${path}.${key}`)]));
  };

/** A decoder for every field of a type. */
export type Shape<T> = { readonly [K in keyof T]-?: Decoder<T[K] | (Partial<Pick<T, K>> extends Pick<T, K> ? undefined : never)> };

/** An object with these fields; others are not taken over. */
export const fieldsOf =
  <T extends object>(shape: Shape<T>): Decoder<T> =>
  (value, path) => {
    if (!isRecord(value)) throw new Malformed(path, 'an object');
    const entries = Object.entries<Decoder<unknown>>(shape).flatMap(([key, decode]) => {
      const decoded = decode(Object.hasOwn(value, key) ? value[key] : undefined, `${path}.${key}`);
      return decoded === undefined ? [] : [[key, decoded] as const];
    });
    return Object.fromEntries(entries) as T;
  };

/** How deep JSON may be nested: whatever walks through it does so by calling itself. */
const DEEPEST = 100;

/** Any JSON that is not nested absurdly deep. */
export function shallow(value: unknown, path: string, left = DEEPEST): void {
  if (typeof value !== 'object' || value === null) return;
  if (left === 0) throw new Malformed(path, `JSON of at most ${DEEPEST} levels`);
  for (const item of Object.values(value)) shallow(item, path, left - 1);
}

/** A share on a scale of 1000. */
export const aShare = ((value, path) => {
  const number = aNumber(value, path);
  if (number < 0 || number > 1000) throw new Malformed(path, 'between 0 and 1000');
  return number;
}) satisfies Decoder<number>;
/** A whole number that is not negative. */
export const aCount = ((value, path) => {
  const number = aNumber(value, path);
  if (!Number.isInteger(number) || number < 0) throw new Malformed(path, 'a count');
  return number;
}) satisfies Decoder<number>;
