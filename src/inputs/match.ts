import type { Match } from '../model/stage.ts';
import { type Reading, read, refuse } from './reading.ts';
import { lines } from './values.ts';

const ways: Readonly<Record<string, Match['how']>> = { '=': 'exact', '^=': 'prefix', '~=': 'regex' };

/** Reads lines such as `header x-beta=always`, `cookie beta=1`, `header x-version^=2.` (prefix) or `header x-version~=^2\.` (regex). */
export function matches(text: string): Reading<readonly Match[]> {
  const found = lines(text).map(line => ({ line, match: matchOf(line) }));
  const wrong = found.find(({ match }) => match === null);
  if (wrong !== undefined || found.length === 0)
    return refuse(
      `lines such as header x-beta=always or cookie beta=1, with ^= for a prefix and ~= for a regex${wrong && found.length > 1 ? ` ("${wrong.line}" is none)` : ''}`,
    );
  const all = found.flatMap(({ match }) => match ?? []);
  const broken = all.flatMap(({ how, value }) => (how === 'regex' && !isExpression(value) ? [value] : []));
  return broken.length > 0 ? refuse(`a regular expression behind ~= (${broken.join(', ')} is none)`) : read(all);
}

/**
 * Broken for any of the data planes. Each has a dialect of its own: groups and quantifiers that only other ones know are read as the plain
 * ones that they stand for.
 */
function isExpression(text: string): boolean {
  const plain = text
    .replace(/\(\?(?:P?<\w+>|>|[a-zA-Z]*(?:-[a-zA-Z]+)?:)/g, '(?:')
    .replace(/\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?\)/g, '')
    .replace(/([*+?}])\+/g, '$1');
  try {
    return new RegExp(plain) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The name is a token of HTTP; it may hold the very characters that the sign begins with, so it ends as early as it can. */
function matchOf(line: string): Match | null {
  const [, kind, name, sign, value] = /^(header|cookie)\s+([\w!#$%&'*+.^`|~-]+?)\s*(\^=|~=|=)\s*(.+)$/i.exec(line) ?? [];
  const how = ways[sign ?? ''];
  if (kind === undefined || name === undefined || value === undefined || how === undefined) return null;
  return { kind: kind.toLowerCase() === 'cookie' ? 'cookie' : 'header', name, value, how };
}
