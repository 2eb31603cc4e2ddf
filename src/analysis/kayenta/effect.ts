/** How large a difference between two series is, whatever its certainty. */
import type { Series } from './interval.ts';
import { ranked } from './ranks.ts';
import { mean, sorted } from './statistics.ts';

/** The ratio of the means, or the chance that a value of the experiment is higher than one of the control. */
export type EffectMeasure = 'meanRatio' | 'cles';

/** The effect by a measure; a ratio is NaN where one of the means is 0. */
export const effectSize = (measure: EffectMeasure, series: Series): number => (measure === 'cles' ? higher(series) : meanRatio(series));

/** How many times the control's mean the experiment's is; NaN where one of them is 0. */
export function meanRatio({ control, experiment }: Series): number {
  const [of, to] = [mean(experiment), mean(control)];
  return of === 0 || to === 0 ? Number.NaN : of / to;
}

/** The common language effect size: equal values count as half. */
function higher({ control, experiment }: Series): number {
  const [m, n] = [experiment.length, control.length];
  const { sum } = ranked(sorted(experiment), sorted(control), 0);
  return (2 * sum - m * (m + 1)) / (2 * m * n);
}
