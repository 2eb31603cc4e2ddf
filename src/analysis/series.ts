/** Two series of points, compared when they are whole: the test of ranks is made for one look. */
import type { OwnMetric, Verdict } from '../model/metrics.ts';
import { classify, type Label } from './kayenta/classify.ts';

/** The points of the canary, and of what it is compared with. */
export interface Pair {
  readonly canary: readonly number[];
  readonly reference: readonly number[];
}

/** What the test of ranks says; the label is null where there are too few points. */
export interface Ranked {
  readonly verdict: Verdict;
  readonly label: Label | null;
}

/** Fewer points a side say nothing about two series. */
export const ENOUGH_POINTS = 10;

/** Whether either side has too few points. */
export const isScant = ({ canary, reference }: Pair): boolean => Math.min(canary.length, reference.length) < ENOUGH_POINTS;

/** Compares two series as Kayenta's judge does; `tolerance` is the share by which the means may differ. */
export function ranked(pair: Pair, { direction, tolerance }: Pick<OwnMetric, 'direction' | 'tolerance'>): Ranked {
  if (isScant(pair)) return { verdict: 'inconclusive', label: null };
  const { label } = classify(scaled(pair), {
    direction,
    nanStrategy: 'remove',
    critical: false,
    mustHaveData: false,
    tolerance: 0.25,
    confidence: 0.98,
    measure: 'meanRatio',
    allowedIncrease: 1 + tolerance,
    allowedDecrease: 1 - tolerance,
    criticalIncrease: 1,
    criticalDecrease: 1,
  });
  return { verdict: label === 'Pass' ? 'pass' : label === 'High' || label === 'Low' ? 'fail' : 'inconclusive', label };
}

/** The solver looks no closer than 1e-4: seconds and shares are brought to a size at which that is little. */
function scaled({ canary, reference }: Pair) {
  const largest = [...canary, ...reference].reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const grown = (series: readonly number[]): readonly number[] => series.map(value => (value / largest) * 1000);
  return { control: grown(reference), experiment: grown(canary) };
}
