/** A number that the user asks for: measured again and again against bounds, or against the baseline's at the end. */
import type { Measurement, OwnMetric, Measured as Value, Verdict } from '../model/metrics.ts';
import type { Inputs } from '../model/request.ts';
import type { Label } from './kayenta/classify.ts';
import { type Counts, defaultLimits, type Limits, type Measured, measured, type Phase, phaseOf } from './limits.ts';
import { type Pair, ranked } from './series.ts';

/** What was measured up to now. */
export interface Gauge extends Pair {
  readonly asked: OwnMetric;
  /** Seconds of the soak at which the next measurement is due. */
  readonly due: number;
  readonly counts: Counts;
  /** Whose numbers the second series holds. */
  readonly against: 'baseline' | 'stable';
  /** The last measurement. */
  readonly last: Measurement | null;
  /** The first value that was beyond a bound. */
  readonly beyond: number | null;
}

/** An error is tried again soon, however long the interval is. */
const RETRY_SECONDS = 10;

const NOTHING: Counts = {
  begun: false,
  count: 0,
  successful: 0,
  failed: 0,
  inconclusive: 0,
  consecutiveError: 0,
  consecutiveSuccess: 0,
};

/** Before the first measurement. */
export const begun = (asked: OwnMetric): Gauge => ({
  asked,
  due: 0,
  counts: NOTHING,
  canary: [],
  reference: [],
  against: 'baseline',
  last: null,
  beyond: null,
});

/** It is held to bounds; otherwise it is compared with the baseline. */
export const isBounded = ({ max, min }: OwnMetric): boolean => max !== null || min !== null;

/** Whether Kayenta's test of ranks compares anything: counted requests, or a number without bounds. */
export const isRanked = ({ judge, metrics, measures }: Pick<Inputs, 'judge' | 'metrics' | 'measures'>): boolean =>
  judge === 'kayenta' && (metrics.length > 0 || !measures.every(isBounded));

/** Whether another measurement is to be taken now. */
export const isDue = (gauge: Gauge, seconds: number): boolean =>
  seconds >= gauge.due && !isSettled(gauge) && gauge.counts.count < (gauge.asked.count ?? Number.POSITIVE_INFINITY);

/** The gauge with one more measurement, taken at that second of the soak. */
export function noted(gauge: Gauge, measurement: Measurement, seconds: number): Gauge {
  const { asked } = gauge;
  const outcome = outcomeOf(asked, measurement);
  const { canary, reference } = measurement;
  return {
    ...gauge,
    due: seconds + (outcome === 'error' ? Math.min(RETRY_SECONDS, asked.intervalSeconds) : asked.intervalSeconds),
    counts: counted(gauge.counts, outcome),
    canary: [...gauge.canary, ...pointOf(asked, canary)],
    reference: [...gauge.reference, ...pointOf(asked, reference)],
    last: measurement,
    beyond: gauge.beyond ?? (outcome === 'failure' ? (pointOf(asked, canary)[0] ?? null) : null),
  };
}

/** Infinity, as 1/0 gives it, is beyond every bound and no point of a series. */
const pointOf = (asked: OwnMetric, value: Value | null): readonly number[] =>
  value?.kind === 'value' && (isBounded(asked) || Number.isFinite(value.value)) ? [value.value] : [];

/** Between a bound and what is tolerated beyond it nothing can be said. What is compared is judged at the end, and never by one value. */
function outcomeOf(asked: OwnMetric, { canary, reference }: Measurement): Measured {
  if (canary.kind !== 'value' || (reference !== null && reference.kind !== 'value')) return 'error';
  if (!isBounded(asked)) return [canary, reference].every(side => side === null || Number.isFinite(side.value)) ? 'success' : 'error';
  const { value } = canary;
  const isWithin = (slack: number): boolean =>
    value <= (asked.max ?? Number.POSITIVE_INFINITY) + slack * Math.abs(asked.max ?? 0) &&
    value >= (asked.min ?? Number.NEGATIVE_INFINITY) - slack * Math.abs(asked.min ?? 0);
  return measured({ success: isWithin(0), failure: !isWithin(asked.tolerance) });
}

function counted(counts: Counts, outcome: Measured): Counts {
  const one = (wanted: Measured): number => (outcome === wanted ? 1 : 0);
  return {
    begun: true,
    // An error is no measurement that counts towards the number that was asked for.
    count: counts.count + (outcome === 'error' ? 0 : 1),
    successful: counts.successful + one('success'),
    failed: counts.failed + one('failure'),
    inconclusive: counts.inconclusive + one('inconclusive'),
    consecutiveError: outcome === 'error' ? counts.consecutiveError + 1 : 0,
    consecutiveSuccess: outcome === 'success' ? counts.consecutiveSuccess + 1 : 0,
  };
}

const limitsOf = ({ count, failureLimit, inconclusiveLimit, errorLimit }: OwnMetric): Limits => ({
  ...defaultLimits,
  repeats: true,
  count,
  failureLimit,
  inconclusiveLimit,
  consecutiveErrorLimit: errorLimit,
  minimumValid: 1,
});

/** Nothing that is still to come can change it. */
const isSettled = ({ asked, counts }: Gauge): boolean => !['Pending', 'Running'].includes(phaseOf(limitsOf(asked), counts, false));

/** How a gauge stands. */
export interface GaugeFinding {
  readonly verdict: Verdict;
  /** It decides; otherwise it is only told. */
  readonly decides: boolean;
  readonly gauge: Gauge;
  /** What the test of ranks said of the two series; null where there was none. */
  readonly label: Label | null;
}

/** What it comes to by now; `isOver` when the soak is. */
export function gaugeFinding(gauge: Gauge, isOver: boolean): GaugeFinding {
  const { asked, counts, last } = gauge;
  const phase = phaseOf(limitsOf(asked), counts, isOver);
  const decides = isBounded(asked) || asked.critical;
  // What cannot be measured at the end may have been good before: nobody knows whether it is.
  const isBlind = isOver && phase === 'Successful' && asked.count === null && last !== null && outcomeOf(asked, last) === 'error';
  const verdict = isBlind ? 'no-data' : verdictOfPhase[phase];
  if (isBounded(asked) || verdict !== 'pass') return { verdict, decides, gauge, label: null };
  return { ...ranked(gauge, asked), decides, gauge };
}

const verdictOfPhase: Readonly<Record<Phase, Verdict>> = {
  Pending: 'inconclusive',
  Running: 'inconclusive',
  Successful: 'pass',
  Failed: 'fail',
  Inconclusive: 'inconclusive',
  Error: 'no-data',
  NoData: 'no-data',
};
