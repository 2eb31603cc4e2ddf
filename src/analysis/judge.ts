/** Whether a canary answers as well as its baseline, by each metric that counts requests. */
import type { AskedMetric, Side, Verdict } from '../model/metrics.ts';
import type { Pair } from './series.ts';
import { type Comparison, logEvidence, type Share } from './strict.ts';
import { type Counted, type Tally, together } from './tally.ts';

/** What can be said of a metric by now. */
export interface Finding {
  readonly metric: AskedMetric['metric'];
  readonly verdict: Verdict;
  readonly canary: Share;
  readonly reference: Share;
  /** What the canary was compared with. */
  readonly against: 'baseline' | 'stable';
  /** Natural logarithms of the evidence for either claim, and what makes it a proof. */
  readonly worse: number;
  readonly acceptable: number;
  readonly limit: number;
  /** By how much pods of the old version differ among themselves, and which two differ most. */
  readonly margin: number;
  readonly apart: readonly [string, string] | null;
  /** Seconds: the bound at which the canary differs most; null for errors. */
  readonly bound: number | null;
  /** The series that were compared in place of the evidence, where Kayenta's judge was asked for. */
  readonly points?: Pair & { readonly metric: AskedMetric['metric'] };
}

/** The chance that a whole analysis is ever wrong. */
const ALPHA = 0.01;

/** Evidence, as a natural logarithm, that is a proof in an analysis of so many metrics. */
export const limitOf = (metrics: number): number => Math.log(metrics / ALPHA);

/** Pods with fewer requests say nothing of how far pods differ. */
const ENOUGH = 100;

/** Latency of two pods is never equal: so much is nobody's fault, and more where too few pods show how far they differ. */
const LATENCY_FLOOR = 0.02;
const LATENCY_FLOOR_ALONE = 0.1;
/** What a forecast reckons with, before anybody knows how far pods differ. */
export const LATENCY_MARGIN = LATENCY_FLOOR_ALONE;
const PODS_THAT_SHOW = 3;

/** Bounds in use, chosen once: chosen anew at each look, the guarantee would be lost. Null as long as too few requests were seen. */
export type Bounds = readonly string[] | null;

/** The bounds of a histogram in use: those that 1 to 50 % of the reference's requests exceed, or else the lowest that fewer do. */
export function boundsInUse(tally: Tally): Bounds {
  const { requests, slower } = together(tally, referenceOf(tally));
  if (requests < ENOUGH) return null;
  const shares = Object.entries(slower).map(([bound, count]) => ({ bound, share: count / requests }));
  const inUse = shares.filter(({ share }) => share >= 0.01 && share <= 0.5).map(({ bound }) => bound);
  if (inUse.length > 0) return inUse;
  const below = shares.filter(({ share }) => share < 0.01).sort((one, other) => Number(one.bound) - Number(other.bound));
  return below.slice(0, 1).map(({ bound }) => bound);
}

/** The finding of one metric by what was counted up to now. */
export function judged(
  { metric, tolerance }: AskedMetric,
  tally: Tally,
  { limit, bounds }: { readonly limit: number; readonly bounds: Bounds },
): Finding {
  return metric === 'errors' ? errors(tally, tolerance, limit) : latency(tally, { tolerance, limit, bounds });
}

function errors(tally: Tally, tolerance: number, limit: number): Finding {
  // Requests whose status nobody tells are no evidence: as few errors as none.
  const shareOf = ({ errors: events, requests }: CountedLike): Share =>
    events === null ? { events: 0, requests: 0 } : { events, requests };
  const sides = sidesOf(tally, shareOf);
  const { margin, apart } = spread(tally, shareOf);
  const worse = logEvidence('worse', { ...sides.pair, margin });
  const acceptable = logEvidence('acceptable', { ...sides.pair, margin: margin + tolerance });
  return finding({ metric: 'errors', ...sides, worse, acceptable, limit, margin, apart, bound: null });
}

interface LatencyRules {
  readonly tolerance: number;
  readonly limit: number;
  readonly bounds: Bounds;
}

function latency(tally: Tally, { tolerance, limit, bounds }: LatencyRules): Finding {
  const all = Object.keys(together(tally, 'canary', referenceOf(tally)).slower).map(bound => at(tally, bound));
  const worst = all.toSorted((one, other) => difference(other) - difference(one) || Number(other.bound) - Number(one.bound))[0];
  if (!worst) {
    const none = sidesOf(tally, () => ({ events: 0, requests: 0 }));
    return finding({ metric: 'latency', ...none, worse: 0, acceptable: 0, limit, margin: 0, apart: null, bound: null });
  }
  const inUse = all.filter(({ bound }) => bounds?.includes(bound));
  // Where none tells of a difference, a bound that many requests are near to says more than the highest, which no request exceeds.
  const told = difference(worst) > 0 ? worst : (inUse[0] ?? worst);
  const acceptable = inUse.map(({ pair, margin }) => logEvidence('acceptable', { ...pair, margin: margin + tolerance }));
  return finding({
    metric: 'latency',
    against: told.against,
    pair: told.pair,
    worse: logMean(all.map(({ worse }) => worse)),
    acceptable: acceptable.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...acceptable),
    limit,
    margin: told.margin,
    apart: told.apart,
    bound: Number(told.bound),
  });
}

/** By how much more of the canary's requests are slower than a bound: what a report names is the highest bound that tells most. */
function difference({ pair: { canary, baseline } }: ReturnType<typeof at>): number {
  return Number((canary.events / Math.max(1, canary.requests) - baseline.events / Math.max(1, baseline.requests)).toFixed(2));
}

/** One bound of the histogram: who is slower than it. */
function at(tally: Tally, bound: string) {
  const shareOf = ({ requests, slower }: CountedLike): Share => ({ events: Math.min(slower[bound] ?? 0, requests), requests });
  const sides = sidesOf(tally, shareOf);
  const { margin: apartBy, apart, pods } = spread(tally, shareOf);
  const margin = Math.max(pods < PODS_THAT_SHOW ? LATENCY_FLOOR_ALONE : LATENCY_FLOOR, apartBy);
  return { ...sides, bound, margin, apart, worse: logEvidence('worse', { ...sides.pair, margin }) };
}

type CountedLike = Pick<Counted, 'requests' | 'errors' | 'slower'>;

interface Sides {
  readonly against: Finding['against'];
  readonly pair: Pick<Comparison, 'canary' | 'baseline'>;
}

function sidesOf(tally: Tally, shareOf: (of: CountedLike) => Share): Sides {
  const against = referenceOf(tally);
  return { against, pair: { canary: shareOf(together(tally, 'canary')), baseline: shareOf(together(tally, against)) } };
}

/** A fresh baseline is like the canary in all but its version; without one there is stable. */
const referenceOf = (tally: Tally): Extract<Side, 'baseline' | 'stable'> =>
  [...tally.values()].some(({ side }) => side === 'baseline') ? 'baseline' : 'stable';

interface Spread {
  readonly margin: number;
  readonly apart: Finding['apart'];
  readonly pods: number;
}

/** How far pods of the old version are apart: largest less smallest share among those with enough requests. */
function spread(tally: Tally, shareOf: (of: CountedLike) => Share): Spread {
  const old = [...tally.values()].filter(({ side, requests }) => side !== 'canary' && requests >= ENOUGH);
  const shares = old
    .map(pod => ({ pod: pod.node ? `${pod.pod} (${pod.node})` : pod.pod, share: shareOf(pod).events / pod.requests }))
    .sort((one, other) => one.share - other.share);
  const [low, high] = [shares[0], shares.at(-1)];
  if (!low || !high || shares.length < 2) return { margin: 0, apart: null, pods: shares.length };
  return { margin: high.share - low.share, apart: [low.pod, high.pod], pods: shares.length };
}

/** A mean of e-values is one too: no correction for their number is needed. */
function logMean(logs: readonly number[]): number {
  const highest = Math.max(...logs);
  return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / logs.length);
}

type Evidence = Sides & Omit<Finding, 'verdict' | 'canary' | 'reference' | 'against'>;

function finding({ pair, ...rest }: Evidence): Finding {
  const { canary, baseline: reference } = pair;
  return { ...rest, canary, reference, verdict: verdictOf(canary, reference, rest) };
}

function verdictOf(
  canary: Share,
  reference: Share,
  { worse, acceptable, limit }: Pick<Finding, 'worse' | 'acceptable' | 'limit'>,
): Verdict {
  if (canary.requests === 0 || reference.requests === 0) return 'no-data';
  if (worse >= limit) return 'fail';
  return acceptable >= limit ? 'pass' : 'inconclusive';
}
