import { RolloutError } from '../errors.ts';
import { canonical, records, text } from '../manifests/json.ts';
import type { Match } from '../model/stage.ts';
import { type HeaderPattern, matchOf } from './header-pattern.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A rule's matches, each with one more condition, as its last header; those that can never hold are left out. Throws UNSUPPORTED. */
export function narrowed(rule: Fields, patterns: readonly HeaderPattern[]): readonly Fields[] {
  const matches = records(rule.matches).length > 0 ? records(rule.matches) : [{}];
  return patterns.flatMap(pattern => matches.flatMap(match => withHeader(match, pattern)));
}

/** The conditions that `narrowed` added to the rules given, each once. */
export function addedMatches(rules: readonly Fields[]): readonly Match[] {
  const added = rules.flatMap(rule => records(rule.matches).flatMap(match => lastHeader(match) ?? [])).map(matchOf);
  return [...new Map(added.map(match => [canonical(match), match])).values()];
}

function withHeader(match: Fields, pattern: HeaderPattern): readonly Fields[] {
  const headers = records(match.headers);
  const clash = headers.find(({ name }) => text(name).toLowerCase() === pattern.name.toLowerCase());
  const others = headers.filter(header => header !== clash);
  if (!clash || isSame(clash, pattern)) return [{ ...match, headers: [...others, { ...pattern }] }];
  if (pattern.type === 'Exact' && (clash.type ?? 'Exact') === 'Exact') return [];
  throw new RolloutError(
    'UNSUPPORTED',
    `a rule of the route has a condition on the header ${pattern.name} already, and one match takes one condition per header`,
    'Match by another header, or take the condition out of the rule.',
  );
}

const isSame = ({ type, value }: Fields, pattern: HeaderPattern): boolean => (type ?? 'Exact') === pattern.type && value === pattern.value;

function lastHeader(match: Fields): HeaderPattern | null {
  const header = records(match.headers).at(-1);
  if (!header) return null;
  return { name: text(header.name), type: header.type === 'RegularExpression' ? 'RegularExpression' : 'Exact', value: text(header.value) };
}
