import type { DurationUnit } from './input.ts';
import { type Reading, read, refuse } from './reading.ts';

/** Input of a time: a bare number is what each platform's users know. */
export const MINUTES = { type: 'duration', bare: { github: 'minutes', azure: 'seconds', terminal: 'minutes' } } as const;

/** A wait is no longer than a day. */
const MOST_HOURS = 24;

/** Reads "90s", "10m", "1h" or "1h30m" as seconds, at most so many hours; a bare number is of the unit given. */
export function durationSeconds(text: string, bare: DurationUnit, mostHours = MOST_HOURS): Reading<number> {
  const value = /^\d+$/.test(text) ? Number(text) * (bare === 'minutes' ? 60 : 1) : withUnits(text);
  return value <= mostHours * 3600
    ? read(value)
    : refuse(`a time such as 90s, 10m or 1h, at most ${mostHours}h (a bare number is ${bare})`);
}

function withUnits(text: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (parts === null || text === '') return Number.NaN;
  const [hours, minutes, seconds] = parts.slice(1).map(part => Number(part ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
