import { type Reading, read, refuse } from './reading.ts';
import { items } from './values.ts';

/** Reads "20", "12.5" or "20%" as a number from 0 to 100 with at most one decimal. */
export function percentage(text: string): Reading<number> {
  const digits = /^(\d{1,3}(?:\.\d)?)\s?%?$/.exec(text)?.[1];
  const value = digits === undefined ? Number.NaN : Number(digits);
  return value <= 100 ? read(value) : refuse('a number from 0 to 100 with at most one decimal, for example 20 or 12.5');
}

/** Reads "5,10,25" as percentages in the order given. */
export function percentages(text: string): Reading<readonly number[]> {
  const readings = items(text).map(percentage);
  const values = readings.flatMap(reading => (reading.ok ? [reading.value] : []));
  const isWhole = values.length > 0 && values.length === readings.length;
  return isWhole ? read(values) : refuse('numbers from 0 to 100 with at most one decimal, for example 5,10,25');
}
