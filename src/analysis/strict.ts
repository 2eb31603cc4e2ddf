/**
 * Evidence counted in requests: a test martingale for two shares, which may be looked at as often as one likes. Under its hypothesis the
 * mixture over the likelihood at the truth has mean 1, so that by Ville's inequality (1939) it ever reaches 1/alpha with chance alpha at
 * most. The mixture is Jeffreys' prior (Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon 2021).
 */
import { logBeta } from './log-gamma.ts';

/** So many requests of all had the event: an error, or an answer slower than a bound. */
export interface Share {
  readonly events: number;
  readonly requests: number;
}

/** The canary beside its baseline, both counted since the split was taken. */
export interface Comparison {
  readonly canary: Share;
  readonly baseline: Share;
  /** By how much the canary's share may be larger, 0 to 1. */
  readonly margin: number;
}

/** What is to be proven: that the canary is worse by more than the margin, or that it is not worse by the margin or more. */
export type Claim = 'worse' | 'acceptable';

/** The natural logarithm of the evidence for a claim; ln(1/alpha) is proof at level alpha. Without requests it is 0. */
export function logEvidence(claim: Claim, { canary, baseline, margin }: Comparison): number {
  return mixture(canary) + mixture(baseline) - supremum(claim, { canary, baseline, margin });
}

/** The likelihood of a share, averaged over all rates by Jeffreys' prior. */
const mixture = ({ events, requests }: Share): number => logBeta(0.5 + events, 0.5 + requests - events) - logBeta(0.5, 0.5);

/** The largest likelihood in the hypothesis that the claim denies: the free one where it lies there, otherwise the one on its border. */
function supremum(claim: Claim, { canary, baseline, margin }: Comparison): number {
  const isWorse = claim === 'worse';
  // A side without requests takes whatever rate the hypothesis likes best.
  const canaryRate = rate(canary, isWorse ? 0 : 1);
  const baselineRate = rate(baseline, isWorse ? 1 : 0);
  const isInside = isWorse ? canaryRate <= baselineRate + margin : canaryRate >= baselineRate + margin;
  if (isInside) return logLikelihood(canary, canaryRate) + logLikelihood(baseline, baselineRate);
  return highest(p => logLikelihood(canary, p + margin) + logLikelihood(baseline, p), 1 - margin);
}

const rate = ({ events, requests }: Share, otherwise: number): number => (requests === 0 ? otherwise : events / requests);

const logLikelihood = ({ events, requests }: Share, p: number): number => times(events, p) + times(requests - events, 1 - p);

/** n ln p, where nothing is ever lost by what never happened. */
const times = (n: number, p: number): number => (n === 0 ? 0 : n * Math.log(Math.max(0, p)));

const GOLDEN = (Math.sqrt(5) - 1) / 2;

const TOLERANCE = 1e-12;

/** The highest value of a concave function between 0 and `end`, by golden section. */
function highest(valueAt: (p: number) => number, end: number): number {
  let [low, high] = [0, end];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [valueAt(left), valueAt(right)];
  while (high - low > TOLERANCE) {
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = valueAt(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = valueAt(right);
    }
  }
  return Math.max(valueAt(0), valueAt(end), valueAt((low + high) / 2));
}
