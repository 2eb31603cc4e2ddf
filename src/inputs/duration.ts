import type { DurationUnit } from './input.ts';
import { type Reading, read, refuse } from './reading.ts';

const day = 24 * 60 * 60;

/** Reads "90s", "10m", "1h" or "1h30m" as seconds, at most 24 hours; a bare number is of the unit given. */
export function durationSeconds(text: string, bare: DurationUnit): Reading<number> {
  const value = /^\d+$/.test(text) ? Number(text) * (bare === 'minutes' ? 60 : 1) : withUnits(text);
  return value <= day ? read(value) : refuse(`a time such as 90s, 10m or 1h, at most 24h (a bare number is ${bare})`);
}

function withUnits(text: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (parts === null || text === '') return Number.NaN;
  const [hours, minutes, seconds] = parts.slice(1).map(part => Number(part ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
