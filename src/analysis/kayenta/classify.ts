/** One metric of the canary against its baseline's, as Kayenta's NetflixACAJudge labels it. */
import { type EffectMeasure, effectSize, meanRatio } from './effect.ts';
import { AllTied, interval, type Series } from './interval.ts';
import { noisy } from './noise.ts';
import type { NanStrategy } from './prepare.ts';
import { mean, sorted } from './statistics.ts';

/** How a metric of the canary stands to the baseline's. */
export type Label = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric' | 'Error';

/** Which direction is bad. */
export type Direction = 'increase' | 'decrease' | 'either';

/** What a metric asks, whichever test compares it. */
export interface Asked {
  readonly direction: Direction;
  readonly nanStrategy: NanStrategy;
  readonly critical: boolean;
  readonly mustHaveData: boolean;
}

/** What the test of ranks asks beside. */
export interface RankRules extends Asked {
  /** The share of the estimate that a difference has to exceed, 0 to 1. */
  readonly tolerance: number;
  readonly confidence: number;
  readonly measure: EffectMeasure;
  /** Effects from which on a difference counts, and those from which on it is critical. */
  readonly allowedIncrease: number;
  readonly allowedDecrease: number;
  readonly criticalIncrease: number;
  readonly criticalDecrease: number;
}

/** A label, whether it decides the whole analysis, and the ratio of the means. */
export interface Classified {
  readonly label: Label;
  readonly critical: boolean;
  readonly deviation: number;
}

/** The label of two prepared series by the test of Mann and Whitney. */
export function classify(series: Series, rules: RankRules): Classified {
  const { control, experiment } = series;
  const plain = withoutData(series, rules) ?? (areEqual(sorted(control), sorted(experiment)) ? settled('Pass') : null);
  if (plain !== null) return plain;
  try {
    const effect = effectSize(rules.measure, series);
    const label = labelOf(series, rules, effect);
    return { label, critical: rules.critical && isCritical(label, effect, rules), deviation: meanRatio(series) };
  } catch (error) {
    if (error instanceof AllTied) return settled('Error');
    throw error;
  }
}

/** The label of two prepared series by nothing but their means. */
export function classifyByMean(series: Series, asked: Asked): Classified {
  const plain = withoutData(series, asked);
  if (plain !== null) return plain;
  const [of, to] = [mean(series.experiment), mean(series.control)];
  const label = permits(asked, 'increase') && of > to ? 'High' : permits(asked, 'decrease') && of < to ? 'Low' : 'Pass';
  return label === 'Pass' ? settled('Pass') : { label, critical: asked.critical, deviation: meanRatio(series) };
}

const settled = (label: Label, critical = false): Classified => ({ label, critical, deviation: 1 });

/** Null where both sides have values. A hole that counts as 0 is data. */
function withoutData({ control, experiment }: Series, { nanStrategy, critical, mustHaveData }: Asked): Classified | null {
  if (control.length > 0 && experiment.length > 0) return null;
  if (nanStrategy === 'replace') return settled('Pass');
  return mustHaveData && !critical ? settled('NodataFailMetric') : settled('Nodata', critical);
}

const permits = ({ direction }: Asked, way: Direction): boolean => direction === 'either' || direction === way;

const areEqual = (one: Float64Array, other: Float64Array): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

function labelOf(series: Series, rules: RankRules, effect: number): Label {
  const { control, experiment } = series;
  const values = [new Set(control), new Set(experiment)];
  if (new Set([...control, ...experiment]).size === 1) return 'Pass';
  const areConstant = values.every(({ size }) => size === 1);
  const compared = areConstant ? { control: noisy(control, 0), experiment: noisy(experiment, 1) } : series;
  const { ciLow, ciHigh, estimate } = interval(compared, rules.confidence);
  const bound = rules.tolerance * Math.abs(estimate);
  if (permits(rules, 'increase') && ciLow > bound && reaches(effect, rules.allowedIncrease)) return 'High';
  return permits(rules, 'decrease') && ciHigh < -bound && falls(effect, rules.allowedDecrease) ? 'Low' : 'Pass';
}

const reaches = (effect: number, limit: number): boolean => Number.isNaN(effect) || effect >= limit;
const falls = (effect: number, limit: number): boolean => Number.isNaN(effect) || effect <= limit;

const isCritical = (label: Label, effect: number, { criticalIncrease, criticalDecrease }: RankRules): boolean =>
  (label === 'High' && reaches(effect, criticalIncrease)) || (label === 'Low' && falls(effect, criticalDecrease));
