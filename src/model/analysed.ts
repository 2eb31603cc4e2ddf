import type { Verdict } from './metrics.ts';

/** One metric of an analysis, for people: shares as "12.9 % of 132". */
export interface AnalysedMetric {
  readonly metric: string;
  readonly verdict: Verdict;
  readonly canary: string;
  /** Empty where the canary's side speaks of both. */
  readonly reference: string;
  readonly against: string;
  /** How much more it is for the canary: "+12.9 points" of percent, or in a unit of its own; empty where it is compared with a bound. */
  readonly difference: string;
  /** How far the evidence went toward proof that it is worse, and that it is not: 1 is proof. */
  readonly worse: number;
  readonly acceptable: number;
}

/** "canary 0 % of 1369, baseline 0.07 % of 1402"; of answers that were compared "1 difference from stable". */
export const sidesText = ({ canary, reference, against }: Pick<AnalysedMetric, 'canary' | 'reference' | 'against'>): string =>
  reference === '' ? canary : `canary ${canary}, ${against} ${reference}`;

/** What a comparison with the running version cannot tell; null where the canary was compared with a fresh baseline, with bounds alone, or with nothing. */
export const untoldText = (findings: readonly AnalysedMetric[]): string | null =>
  findings.some(({ against, reference, verdict }) => against === 'stable' && reference !== '' && verdict !== 'no-data')
    ? 'Compared with the running version, as there is no fresh baseline: its pods are older, and its requests may be of another kind. Neither can be told from a difference between the versions.'
    : null;
