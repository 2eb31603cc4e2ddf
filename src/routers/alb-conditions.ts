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

/** Every value that a condition compares with, whatever it looks at. */
export const valuesIn = (condition: Fields): readonly unknown[] =>
  Object.values(condition).flatMap(config => [...items(at(config, 'values')), ...items(at(config, 'regexValues'))]);

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
  return grouped(valuesOf(match), beside).map(values => ({
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

function grouped(values: readonly string[], beside: readonly string[]): readonly (readonly string[])[] {
  const tooLong = values.find(({ length }) => length > MOST_CHARACTERS);
  if (tooLong) throw unsupported(`it compares with ${MOST_CHARACTERS} characters at most`, 'Match by a shorter value.');
  if (!values.every(value => isFitting([value], beside)))
    throw unsupported(
      `a rule compares with ${MOST_VALUES_OF_RULE} values at most, and host, path and conditions of the Ingress leave no room for the match`,
      'Give the Service an Ingress with fewer conditions.',
    );
  return values.reduce<readonly (readonly string[])[]>((groups, value) => {
    const larger = [...(groups.at(-1) ?? []), value];
    return isFitting(larger, beside) ? [...groups.slice(0, -1), larger] : [...groups, [value]];
  }, []);
}

const isFitting = (values: readonly string[], beside: readonly string[]): boolean =>
  values.length <= MOST_VALUES_OF_CONDITION &&
  values.length + beside.length <= MOST_VALUES_OF_RULE &&
  [...values, ...beside].join('').split(/[*?]/).length - 1 <= MOST_WILDCARDS;

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
