import { at, canonical, items, record, text } from '../manifests/json.ts';
import type { Match } from '../model/stage.ts';
import { unsupported } from './alb-actions.ts';
import { matchOf, patternOf } from './header-pattern.ts';
import { parsed } from './parsed.ts';

type Fields = Readonly<Record<string, unknown>>;

const ANY = '*';
const COOKIE = 'Cookie';
/** What stands before a cookie that is not the first one, and behind one that is not the last. */
const BEFORE = `${ANY}; `;
const AFTER = `;${ANY}`;

const MOST_VALUES_OF_RULE = 5;
const MOST_VALUES_OF_CONDITION = 3;
const MOST_WILDCARDS = 5;
const MOST_CHARACTERS = 128;

/** The conditions of a rule, as its annotation has them; none without one. */
export const conditionsIn = (annotation: string | undefined): readonly Fields[] => items(parsed(annotation)).map(record);

/** Every value that a condition compares with, whatever it looks at; a regular expression as one without wildcards. */
export const valuesIn = (condition: Fields): readonly string[] =>
  Object.values(condition).flatMap(config => [...items(at(config, 'values')).map(text), ...items(at(config, 'regexValues')).map(() => '')]);

/**
 * What requests must meet to match, beside the values that their rule compares with anyway: each condition is for a rule of its own,
 * and any of them is enough. A load balancer compares few values in one rule.
 * @throws RolloutError UNSUPPORTED for what a load balancer cannot compare.
 */
export function conditionsFor(match: Match, beside: readonly string[]): readonly Fields[] {
  const { kind, name } = match;
  if (kind === 'header' && name.toLowerCase() === COOKIE.toLowerCase())
    throw unsupported('a header Cookie would be all cookies at once', 'Match by a cookie: cookie NAME=VALUE.');
  const key = match.how === 'regex' ? 'regexValues' : 'values';
  return grouped(valuesOf(match), fits(beside, match.how)).map(values => ({
    field: 'http-header',
    httpHeaderConfig: { httpHeaderName: kind === 'cookie' ? COOKIE : name, [key]: values },
  }));
}

/** The matches that `conditionsFor` was given, each once. */
export function matchesIn(conditions: readonly Fields[]): readonly Match[] {
  const matches = conditions.map(matchIn);
  return [...new Map(matches.map(match => [canonical(match), match])).values()];
}

/** A cookie may stand alone, first, last or in between. */
function valuesOf(match: Match): readonly string[] {
  const { kind, name, value, how } = match;
  if (how === 'regex') return [patternOf(match).value];
  if (/[*?]/.test(`${kind === 'cookie' ? name : ''}${value}`))
    throw unsupported(`* and ? stand for other characters in a ${kind}: ${name}`, 'Match by a value without them.');
  if (kind === 'header') return [how === 'prefix' ? `${value}${ANY}` : value];
  const cookie = `${name}=${value}`;
  return how === 'prefix'
    ? [`${cookie}${ANY}`, `${BEFORE}${cookie}${ANY}`]
    : [cookie, `${cookie}${AFTER}`, `${BEFORE}${cookie}`, `${BEFORE}${cookie}${AFTER}`];
}

function grouped(values: readonly string[], isFitting: (values: readonly string[]) => boolean): readonly (readonly string[])[] {
  if (values.length === 0) return [];
  const size = values.findLastIndex((_, index) => isFitting(values.slice(0, index + 1))) + 1;
  if (size > 0) return [values.slice(0, size), ...grouped(values.slice(size), isFitting)];
  throw unsupported(
    `a rule compares with ${MOST_VALUES_OF_RULE} values at most, each of ${MOST_CHARACTERS} characters, and host, path and conditions of the Ingress leave no room for the match`,
    'Match by a shorter value, or give the Service an Ingress with fewer conditions.',
  );
}

const fits =
  (beside: readonly string[], how: Match['how']) =>
  (values: readonly string[]): boolean =>
    values.length <= MOST_VALUES_OF_CONDITION &&
    values.length + beside.length <= MOST_VALUES_OF_RULE &&
    values.every(({ length }) => length <= MOST_CHARACTERS) &&
    wildcardsIn([...beside, ...(how === 'regex' ? [] : values)]) <= MOST_WILDCARDS;

const wildcardsIn = (values: readonly string[]): number => values.join('').split(/[*?]/).length - 1;

function matchIn(condition: Fields): Match {
  const name = text(at(condition, 'httpHeaderConfig.httpHeaderName'));
  const [pattern] = items(at(condition, 'httpHeaderConfig.regexValues')).map(text);
  if (pattern !== undefined) return matchOf({ name, type: 'RegularExpression', value: pattern });
  const value = text(items(at(condition, 'httpHeaderConfig.values'))[0]);
  return name === COOKIE ? cookieIn(value) : { kind: 'header', name, ...valueIn(value) };
}

function cookieIn(pattern: string): Match {
  const cookie = pattern.slice(pattern.startsWith(BEFORE) ? BEFORE.length : 0, pattern.endsWith(AFTER) ? -AFTER.length : undefined);
  const name = cookie.slice(0, cookie.indexOf('='));
  return { kind: 'cookie', name, ...valueIn(cookie.slice(name.length + 1)) };
}

const valueIn = (pattern: string): Pick<Match, 'value' | 'how'> =>
  pattern.endsWith(ANY) ? { value: pattern.slice(0, -ANY.length), how: 'prefix' } : { value: pattern, how: 'exact' };
