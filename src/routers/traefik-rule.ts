import { RolloutError } from '../errors.ts';
import { number, text } from '../manifests/json.ts';
import type { Match } from '../model/stage.ts';
import { type HeaderPattern, matchOf, patternOf } from './header-pattern.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Words of Traefik's rules for a header: version 2 has them in the plural. */
const WORDS = { v3: { exact: 'Header', pattern: 'HeaderRegexp' }, v2: { exact: 'Headers', pattern: 'HeadersRegexp' } } as const;
const CONDITION = /Headers?(Regexp)?\(`([^`]*)`, `([^`]*)`\)/g;

/**
 * The route for those of its requests that match any of these, one step ahead of the route that it is made from: Traefik takes the
 * length of a rule for its priority, so that a longer one would also get ahead of routes of others.
 */
export function matchedRoute(route: Fields, matches: readonly Match[]): Fields {
  const words = WORDS[route.syntax === 'v2' || /\b(Headers|HeadersRegexp|HostHeader)\(/.test(text(route.match)) ? 'v2' : 'v3'];
  const conditions = matches.map(patternOf).map(({ name, type, value }) => {
    return `${type === 'Exact' ? words.exact : words.pattern}(\`${quoted(name)}\`, \`${quoted(value)}\`)`;
  });
  return {
    ...route,
    match: `${frame(route)}${conditions.join(' || ')})`,
    priority: (number(route.priority) || text(route.match).length) + 1,
  };
}

/** The matches that made `ahead` out of the route behind it; none when it was not made so. */
export function matchesOf(ahead: Fields, route: Fields): readonly Match[] {
  const rule = text(ahead.match);
  if (!rule.startsWith(frame(route))) return [];
  return [...rule.slice(frame(route).length).matchAll(CONDITION)].map(([, pattern, name = '', value = '']) =>
    matchOf(conditionOf(name, value, pattern !== undefined)),
  );
}

const conditionOf = (name: string, value: string, isPattern: boolean): HeaderPattern => ({
  name,
  type: isPattern ? 'RegularExpression' : 'Exact',
  value,
});

const frame = ({ match }: Fields): string => `(${text(match)}) && (`;

function quoted(value: string): string {
  if (!value.includes('`')) return value;
  throw new RolloutError('UNSUPPORTED', 'a rule of Traefik cannot hold a backtick in a header or cookie', 'Match by a value without one.');
}
