import type { Ability } from '../model/ability.ts';
import type { Match } from '../model/stage.ts';

/** What matches ask of a data plane, each once. */
export const matching = (match: readonly Match[]): readonly Ability[] => [
  ...new Set(match.flatMap(({ kind, how }): readonly Ability[] => (how === 'regex' ? [kind, how] : [kind]))),
];
