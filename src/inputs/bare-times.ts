/** Times without a unit: the same number is seconds for other tools, and on Azure. */
import type { UserAction } from '../model/stage.ts';
import type { Dialect } from './input.ts';
import { inputsOf, namesOf } from './names.ts';

/** Fewer minutes are what a person waits; whoever writes so many may mean seconds. */
const MANY_MINUTES = 60;

/** A sentence for each number of minutes that may have been meant as seconds. */
export function bareTimes(
  given: ReadonlyMap<string, string>,
  { dialect, action }: { readonly dialect: Dialect; readonly action: UserAction },
): readonly string[] {
  return inputsOf(dialect).flatMap(([name, { kind, actions }]) => {
    if (kind.type !== 'duration' || kind.bare[dialect] !== 'minutes' || !actions.includes(action)) return [];
    return namesOf(name, dialect).flatMap(written => {
      const text = given.get(written.toLowerCase()) ?? '';
      if (!/^\d+$/.test(text) || Number(text) < MANY_MINUTES) return [];
      return [
        `${written}: ${text} has no unit and is read as ${Number(text)} minutes. Write ${Number(text)}m, or ${Number(text)}s for seconds.`,
      ];
    });
  });
}
