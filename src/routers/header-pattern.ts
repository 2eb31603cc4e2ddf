import type { Match } from '../model/stage.ts';

/** A condition on one request header, as most routes can write it; a cookie is a pattern on the header Cookie. */
export interface HeaderPattern {
  readonly name: string;
  readonly type: 'Exact' | 'RegularExpression';
  readonly value: string;
}

/** The patterns are anchored: some data planes match whole values, some look for a part. */
export function patternOf({ kind, name, value, how }: Match): HeaderPattern {
  if (kind === 'cookie') return { name: 'Cookie', type: 'RegularExpression', value: cookiePattern(name, cookieValue(value, how)) };
  switch (how) {
    case 'exact':
      return { name, type: 'Exact', value };
    case 'prefix':
      return { name, type: 'RegularExpression', value: `^${escaped(value)}${ANY}` };
    case 'regex':
      return { name, type: 'RegularExpression', value };
  }
}

/** The match that `patternOf` wrote so; any other pattern is a header's own. */
export function matchOf({ name, type, value }: HeaderPattern): Match {
  if (type === 'Exact') return { kind: 'header', name, value, how: 'exact' };
  const cookie = name === 'Cookie' ? cookieOf(value) : null;
  if (cookie) return cookie;
  const isPrefix = value.startsWith('^') && value.endsWith(ANY) && isLiteral(value.slice(1, -ANY.length));
  return isPrefix
    ? { kind: 'header', name, value: literal(value.slice(1, -ANY.length)), how: 'prefix' }
    : { kind: 'header', name, value, how: 'regex' };
}

/** A pattern on the header Cookie for one cookie, its value given as a pattern. */
export const cookiePattern = (name: string, value: string): string => `${BEFORE}${escaped(name)}=${value}${AFTER}`;

/** A text as a pattern that means it literally. */
export const escaped = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');

const BEFORE = '^(?:.*;\\s*)?';
const AFTER = '(?:;.*)?$';
/** As no user would write it, so that a prefix is read back as one. */
const ANY = '(?:.*)$';
const ANY_VALUE = '[^;]*';

function cookieValue(value: string, how: Match['how']): string {
  switch (how) {
    case 'exact':
      return escaped(value);
    case 'prefix':
      return `${escaped(value)}${ANY_VALUE}`;
    case 'regex':
      return `(?:${value})`;
  }
}

function cookieOf(pattern: string): Match | null {
  if (!pattern.startsWith(BEFORE) || !pattern.endsWith(AFTER)) return null;
  const inner = pattern.slice(BEFORE.length, -AFTER.length);
  const name = literal(inner.slice(0, inner.indexOf('=')));
  const value = inner.slice(inner.indexOf('=') + 1);
  if (value.startsWith('(?:')) return { kind: 'cookie', name, value: value.slice('(?:'.length, -1), how: 'regex' };
  return value.endsWith(ANY_VALUE)
    ? { kind: 'cookie', name, value: literal(value.slice(0, -ANY_VALUE.length)), how: 'prefix' }
    : { kind: 'cookie', name, value: literal(value), how: 'exact' };
}

const literal = (pattern: string): string => pattern.replace(/\\(.)/g, '$1');

const isLiteral = (pattern: string): boolean => escaped(literal(pattern)) === pattern;
