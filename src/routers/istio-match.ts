import { RolloutError } from '../errors.ts';
import { record, records, text } from '../manifests/json.ts';
import type { Match } from '../model/stage.ts';
import { type HeaderPattern, matchOf, patternOf } from './header-pattern.ts';

type Fields = Readonly<Record<string, unknown>>;

const COOKIE = 'Cookie';

/** A rule for those of its requests that match any of these. @throws RolloutError UNSUPPORTED when it looks at the header already. */
export const withMatches = (rule: Fields, matches: readonly Match[]): Fields => withPatterns(rule, matches.map(patternOf));

/** A rule for those of its requests that bear any of these headers. @throws RolloutError UNSUPPORTED when it looks at the header already. */
export function withPatterns(rule: Fields, patterns: readonly HeaderPattern[]): Fields {
  const own = records(rule.match);
  return { ...rule, match: patterns.flatMap(pattern => (own.length > 0 ? own : [{}]).map(entry => both(entry, pattern))) };
}

/** The matches that made `ahead` out of the rule behind it, as `withMatches` wrote them. */
export function matchesOf(ahead: Fields, rule: Fields): readonly Match[] {
  const [own = {}, ...more] = records(rule.match);
  const each = records(ahead.match).filter((_, index) => index % (more.length + 1) === 0);
  return each.flatMap(({ headers }) =>
    Object.entries(record(headers))
      .filter(([name]) => !Object.hasOwn(record(own.headers), name))
      .map(([name, condition]) => matchOf(patternIn(name, record(condition)))),
  );
}

/** Envoy takes one condition for each header, in lower case. */
function both(entry: Fields, { name, type, value }: HeaderPattern): Fields {
  const headers = record(entry.headers);
  const key = name === COOKIE ? name.toLowerCase() : name;
  if (Object.keys(headers).some(taken => taken.toLowerCase() === key.toLowerCase())) {
    throw new RolloutError(
      'UNSUPPORTED',
      `a rule of the VirtualService looks at the header ${key} already, and Istio takes one condition for each header`,
      'Match by another header, or leave that rule out of the VirtualService while the rollout is open.',
    );
  }
  return { ...entry, headers: { ...headers, [key]: type === 'Exact' ? { exact: value } : { regex: value } } };
}

const patternIn = (key: string, { exact, regex }: Fields): HeaderPattern => ({
  name: key === COOKIE.toLowerCase() ? COOKIE : key,
  ...(typeof exact === 'string' ? { type: 'Exact', value: exact } : { type: 'RegularExpression', value: text(regex) }),
});
