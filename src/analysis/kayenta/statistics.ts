/** Means, spreads and percentiles of a series, as the rank judge reports and uses them. */

/** A series in five numbers; of an empty one each is 0. */
export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly count: number;
}

/** The arithmetic mean; NaN of an empty series. */
export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation of a sample; 0 where fewer than two values say nothing of it. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/** The series in five numbers; a hole is counted, is neither the least nor the largest value, and leaves nothing of the mean. */
export function summary(values: readonly number[]): Summary {
  const ordered = sorted(withoutHoles(values));
  const [min = 0, max = 0] = [ordered[0], ordered.at(-1)];
  return { min, max, mean: values.length === 0 ? 0 : mean(values), std: deviation(values), count: values.length };
}

/** The value below which `p` percent lie, between two by a line (type 7 of Hyndman and Fan), without holes; NaN of an empty series. */
export function percentile(values: readonly number[], p: number): number {
  const ordered = sorted(withoutHoles(values));
  const position = ((ordered.length - 1) * p) / 100;
  const below = ordered[Math.floor(position)] ?? Number.NaN;
  const above = ordered[Math.ceil(position)] ?? Number.NaN;
  return below + (position - Math.floor(position)) * (above - below);
}

/** The values that are numbers. */
export const withoutHoles = (values: readonly number[]): readonly number[] => values.filter(value => !Number.isNaN(value));

/** A copy in ascending order. */
export const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
