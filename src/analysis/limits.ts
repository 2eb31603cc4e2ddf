/** Measurements one after the other, and what their counts come to: the rules of Argo Rollouts' AnalysisRun. */

/** What one measurement says. */
export type Measured = 'success' | 'failure' | 'inconclusive' | 'error';

/** What both conditions said of a value; undefined where a condition is not given. */
export interface Conditions {
  readonly success: boolean | undefined;
  readonly failure: boolean | undefined;
}

/** A value by its conditions: failure wins, one alone is the other's negation, both false are inconclusive, none is a success. */
export function measured({ success, failure }: Conditions): Measured {
  if (failure === true) return 'failure';
  if (success === undefined) return 'success';
  if (success) return 'success';
  return failure === undefined ? 'failure' : 'inconclusive';
}

/** How often a metric is measured and what it may show. */
export interface Limits {
  /** Whether an interval is given: without one and without a count there is one measurement. */
  readonly repeats: boolean;
  readonly count: number | null;
  /** -1 is off. */
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** 0 is off. */
  readonly consecutiveSuccessLimit: number;
  /** Fewer valid measurements are no data, however well they look. */
  readonly minimumValid: number;
}

/** The limits of a metric that names none. */
export const defaultLimits: Limits = {
  repeats: false,
  count: null,
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
  minimumValid: 0,
};

/** What was counted up to now. */
export interface Counts {
  /** Whether there was any measurement. */
  readonly begun: boolean;
  readonly count: number;
  readonly successful: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly consecutiveError: number;
  readonly consecutiveSuccess: number;
}

/** Where a metric stands. */
export type Phase = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Inconclusive' | 'Error' | 'NoData';

/** Where a metric stands by its counts; `stopped` when nothing more will be measured. */
export function phaseOf(limits: Limits, counts: Counts, stopped: boolean): Phase {
  const phase = argoPhase(limits, counts, stopped);
  const valid = counts.successful + counts.failed + counts.inconclusive;
  return phase === 'Successful' && valid < limits.minimumValid ? 'NoData' : phase;
}

function argoPhase(limits: Limits, counts: Counts, stopped: boolean): Phase {
  if (!counts.begun) return stopped ? 'Successful' : 'Pending';
  const violated = violation(limits, counts);
  if (violated !== null) return violated;
  const { consecutiveSuccessLimit } = limits;
  if (consecutiveSuccessLimit > 0 && counts.consecutiveSuccess >= consecutiveSuccessLimit) return 'Successful';
  const wanted = limits.count ?? (limits.repeats ? Number.POSITIVE_INFINITY : 1);
  if (counts.count >= wanted) return atCount(limits);
  return stopped ? 'Successful' : 'Running';
}

/** An error beats what is inconclusive, and that beats a failure; a limit itself is still allowed. */
function violation(limits: Limits, counts: Counts): Phase | null {
  if (counts.consecutiveError > limits.consecutiveErrorLimit) return 'Error';
  if (counts.inconclusive > limits.inconclusiveLimit) return 'Inconclusive';
  return limits.failureLimit >= 0 && counts.failed > limits.failureLimit ? 'Failed' : null;
}

/** All was measured and neither limit has decided. */
function atCount({ failureLimit, consecutiveSuccessLimit }: Limits): Phase {
  if (consecutiveSuccessLimit <= 0) return 'Successful';
  return failureLimit >= 0 ? 'Inconclusive' : 'Failed';
}
