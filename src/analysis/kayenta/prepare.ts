/** What is done to a series before it is compared: holes, then outliers. */
import { deviation, mean, percentile, withoutHoles } from './statistics.ts';

/** What becomes of a hole in a series: it is left out, or it is a 0. */
export type NanStrategy = 'remove' | 'replace';

/** Which values lie too far out: by distance from the quartiles, or from the mean in standard deviations. */
export type Detector =
  | {
      readonly detector: 'iqr';
      readonly factor: number;
      /** Nothing between the 1st and the 99th percentile is an outlier. */
      readonly reduceSensitivity: boolean;
    }
  | { readonly detector: 'ksigma'; readonly k: number };

/** A series whose holes are filled or left out. */
export const filled = (values: readonly number[], strategy: NanStrategy): readonly number[] =>
  strategy === 'replace' ? values.map(value => (Number.isNaN(value) ? 0 : value)) : withoutHoles(values);

/** A series without the values that lie too far out. */
export function withoutOutliers(values: readonly number[], detector: Detector): readonly number[] {
  const isOut = outliers(values, detector);
  return values.filter((_, index) => isOut[index] !== true);
}

/** Whether each value lies too far out. */
export function outliers(values: readonly number[], detector: Detector): readonly boolean[] {
  const [low, high] = detector.detector === 'iqr' ? fences(values, detector) : sigmas(values, detector.k);
  return values.map(value => value < low || value > high);
}

type Fences = readonly [low: number, high: number];

function fences(values: readonly number[], { factor, reduceSensitivity }: Extract<Detector, { readonly detector: 'iqr' }>): Fences {
  const [first, third] = [percentile(values, 25), percentile(values, 75)];
  const [low, high] = [first - factor * (third - first), third + factor * (third - first)];
  return reduceSensitivity ? [Math.min(low, percentile(values, 1)), Math.max(high, percentile(values, 99))] : [low, high];
}

function sigmas(values: readonly number[], k: number): Fences {
  const [middle, width] = [mean(values), k * deviation(values)];
  return [middle - width, middle + width];
}
