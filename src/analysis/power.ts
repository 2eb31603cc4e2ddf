/** What an analysis of a given length can find, from the rate of requests now: the formula of the evidence, run on expected counts. */
import { type Claim, logEvidence, type Share } from './strict.ts';

/** Requests per second to either side, how many of them fail now, and what makes evidence a proof. */
export interface Rate {
  readonly perSecond: number;
  readonly errors: number;
  readonly limit: number;
  /** By how much more is nobody's fault; absent: by nothing. */
  readonly margin?: number;
}

/** Whether so long an analysis is expected to find that share of errors. */
function finds(share: number, seconds: number, { perSecond, errors, limit, margin = 0 }: Rate): boolean {
  const requests = perSecond * seconds;
  const canary = { events: share * requests, requests };
  const baseline = { events: errors * requests, requests };
  return logEvidence('worse', { canary, baseline, margin }) >= limit;
}

/** The smallest share of errors that so long an analysis is expected to find, 0 to 1; null: not even if all fail. */
export function smallestFound(seconds: number, rate: Rate): number | null {
  return finds(1, seconds, rate) ? lowest(rate.errors, 1, share => finds(share, seconds, rate)) : null;
}

const LONGEST_SECONDS = 30 * 24 * 3600;

/** Seconds until that share of errors is expected to be found; null: not within thirty days. */
export function secondsToFind(share: number, rate: Rate): number | null {
  return share > rate.errors && finds(share, LONGEST_SECONDS, rate)
    ? lowest(0, LONGEST_SECONDS, seconds => finds(share, seconds, rate))
    : null;
}

/** Where the evidence of a metric stands after so many seconds, and from which margin on each claim is to be proven. */
export interface Standing {
  readonly canary: Share;
  readonly baseline: Share;
  readonly seconds: number;
  readonly limit: number;
  readonly margins: Readonly<Record<Claim, number>>;
}

/** Seconds more until either claim is expected to be proven, if requests go on as they came; null: not within thirty days. */
export function secondsLeft({ canary, baseline, seconds, limit, margins }: Standing): number | null {
  const after = ({ events, requests }: Share, total: number): Share => ({
    events: (events * total) / seconds,
    requests: (requests * total) / seconds,
  });
  const isProven = (total: number): boolean =>
    (['worse', 'acceptable'] as const).some(claim => {
      const sides = { canary: after(canary, total), baseline: after(baseline, total) };
      return logEvidence(claim, { ...sides, margin: margins[claim] }) >= limit;
    });
  return isProven(LONGEST_SECONDS) ? lowest(seconds, LONGEST_SECONDS, isProven) - seconds : null;
}

/** Where a condition that once holds goes on to hold begins, by bisection. */
function lowest(from: number, to: number, holds: (value: number) => boolean): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
