import type { Match } from './stage.ts';

const SIGNS: Readonly<Record<Match['how'], string>> = { exact: '=', prefix: '^=', regex: '~=' };

/** "requests with header x-beta=always or cookie beta=1", as the input spells them. */
export function matchText(match: readonly Match[]): string {
  return `requests with ${match.map(({ kind, name, how, value }) => `${kind} ${name}${SIGNS[how]}${value}`).join(' or ')}`;
}
