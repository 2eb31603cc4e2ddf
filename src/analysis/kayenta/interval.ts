/** By how much two series differ: the estimate of Hodges and Lehmann, and its interval by the test of Mann and Whitney. */
import { normalQuantile } from './normal.ts';
import { ranked } from './ranks.ts';
import { type Bracket, root } from './root.ts';
import { sorted } from './statistics.ts';

/** Two series of one metric. */
export interface Series {
  readonly control: readonly number[];
  readonly experiment: readonly number[];
}

/** How much higher the experiment is than the control, and between what. */
export interface Interval {
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly estimate: number;
}

/** What the interval was found from: the widest shift, the normal quantiles, and the test's statistic at the ends. */
export interface Workings {
  readonly muMin: number;
  readonly muMax: number;
  readonly zLower: number;
  readonly zUpper: number;
  readonly fLowerAtZLower: number;
  readonly fUpperAtZLower: number;
  readonly fLowerAtZUpper: number;
  readonly fUpperAtZUpper: number;
}

/** Kayenta's: what the solver leaves is a part of its labels. */
const TOLERANCE = 1e-4;

/** Series of whose ranks no interval can be found: all values are equal, there is one of each, or no number says how far they lie apart. */
export class AllTied extends Error {}

/** The interval at a level of confidence, 0 to 1. */
export function interval(series: Series, confidence: number): Interval {
  const { statistic, ends, z } = prepared(series, confidence);
  const bound = (quantile: number): number => {
    const at = (shift: number): number => statistic(shift) - quantile;
    if (at(ends.from) <= 0) return ends.from;
    return at(ends.to) >= 0 ? ends.to : root(at, ends, TOLERANCE);
  };
  return { ciLow: bound(-z), ciHigh: bound(z), estimate: root(statistic, ends, TOLERANCE) };
}

/** The numbers behind the interval, for whoever wants to follow it. */
export function workings(series: Series, confidence: number): Workings {
  const { statistic, ends, z } = prepared(series, confidence);
  const [low, high] = [statistic(ends.from), statistic(ends.to)];
  return {
    muMin: ends.from,
    muMax: ends.to,
    zLower: -z,
    zUpper: z,
    fLowerAtZLower: low + z,
    fUpperAtZLower: high + z,
    fLowerAtZUpper: low - z,
    fUpperAtZUpper: high - z,
  };
}

interface Prepared {
  /** Falls as the shift rises, in steps. */
  readonly statistic: (shift: number) => number;
  readonly ends: Bracket;
  /** Negative. */
  readonly z: number;
}

function prepared({ control, experiment }: Series, confidence: number): Prepared {
  // One of each is tied at every shift that matters, if rounding does not hide it.
  if (control.length <= 1 && experiment.length <= 1) throw new AllTied();
  const [xs, ys] = [sorted(experiment), sorted(control)];
  const ends = { from: (xs[0] ?? 0) - (ys.at(-1) ?? 0), to: (xs.at(-1) ?? 0) - (ys[0] ?? 0) };
  if (!Number.isFinite(ends.from) || !Number.isFinite(ends.to)) throw new AllTied();
  return { statistic: shift => standardised(xs, ys, shift), ends, z: normalQuantile((1 - confidence) / 2) };
}

/** The rank sum of the experiment, less a shift, in standard deviations from what equal series show, corrected for continuity. */
function standardised(xs: Float64Array, ys: Float64Array, shift: number): number {
  const [m, n] = [xs.length, ys.length];
  const { sum, ties } = ranked(xs, ys, shift);
  const distance = sum - (m * (m + 1)) / 2 - (m * n) / 2;
  const deviation = Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))));
  if (deviation === 0) throw new AllTied();
  return (distance - 0.5 * Math.sign(distance)) / deviation;
}
