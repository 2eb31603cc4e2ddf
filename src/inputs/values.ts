/** Reading single values of the simple kinds. */

import type { Choice } from './choices.ts';
import { type Reading, read, refuse } from './reading.ts';

/** One of the choices, in any case, by its name or another that means the same. */
export function pick(text: string, choices: readonly Choice[]): Reading<string> {
  const asked = text.toLowerCase();
  const found = choices.find(choice => [choice.value, ...(choice.also ?? [])].some(name => name.toLowerCase() === asked));
  return found === undefined ? refuse(choices.flatMap(choice => [choice.value, ...(choice.also ?? [])]).join(', ')) : read(found.value);
}

/** Several of the choices, each once; what has nothing but separators is refused as it stands. */
export function picks(text: string, choices: readonly Choice[]): Reading<readonly string[]> {
  const asked = items(text);
  const readings = (asked.length > 0 ? asked : [text]).map(item => pick(item, choices));
  const values = readings.flatMap(reading => (reading.ok ? [reading.value] : []));
  return readings.find(reading => !reading.ok) ?? read([...new Set(values)]);
}

/** A number of pods or a percentage of them, as Kubernetes writes it: "2" or "25%". */
export function amount(text: string): Reading<string> {
  const isLegal = /^\d{1,4}$/.test(text) || /^(\d{1,2}|100)%$/.test(text);
  return isLegal ? read(text) : refuse('a number of pods or a percentage of them, for example 1 or 25%');
}

/** "true" or "false" in any case. */
export function boolean(text: string): Reading<boolean> {
  const asked = text.toLowerCase();
  return asked === 'true' || asked === 'false' ? read(asked === 'true') : refuse('true or false');
}

/** A whole number from 0 to `most`. */
export function count(text: string, most: number): Reading<number> {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= most ? read(value) : refuse(`a whole number from 0 to ${most}`);
}

/** A namespace's name as the API server allows it. */
export function namespace(text: string): Reading<string> {
  const legal = text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
  return legal ? read(text) : refuse('lower-case letters, digits and `-`, at most 63 characters');
}

/** What a version may be called: short, since names of the user's get it behind them, and nothing that is ours already. */
export function variant(text: string): Reading<string> {
  const isLegal = /^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$/.test(text);
  if (!isLegal) return refuse('lower-case letters, digits and `-`, a letter first, at most 20 characters');
  return TAKEN.includes(text) ? refuse(`any name but ${TAKEN.join(', ')}, which mean something else`) : read(text);
}

const TAKEN: readonly string[] = ['stable', 'baseline', 'preview', 'record', 'rollout', 'route', 'mirror'];

/** The lines that hold something, without blanks and quotes around them. */
export function lines(text: string): readonly string[] {
  return text
    .split(/[\r\n]+/)
    .map(unquote)
    .filter(line => line !== '');
}

/** What stands between commas, semicolons and blanks. */
export function items(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter(item => item !== '');
}

function unquote(line: string): string {
  const trimmed = line.trim();
  const quoted = /^(["'])(.*)\1$/.exec(trimmed);
  return quoted?.[2]?.trim() ?? trimmed;
}
