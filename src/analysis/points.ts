/** Counted requests as series, a point for each look: what Kayenta's judge compares in place of strict's evidence. */
import type { Answers, AskedMetric, Side } from '../model/metrics.ts';
import type { Finding } from './judge.ts';
import { isScant, type Pair, ranked } from './series.ts';
import { type Tally, together } from './tally.ts';

/** The points of one metric: errors in percent of the requests, latency as the 95th percentile in milliseconds. */
export interface Points extends Pair {
  readonly metric: AskedMetric['metric'];
}

/** Before the first look. */
export const noPoints = (metrics: readonly AskedMetric[]): readonly Points[] =>
  metrics.map(({ metric }) => ({ metric, canary: [], reference: [] }));

/** The points with what came between two looks. A side that answered nothing in that time has a hole there, and holes are left out. */
export function withPoint({ metric, canary, reference }: Points, before: Tally, after: Tally): Points {
  const point = (side: Side): readonly number[] => pointOf[metric](between(together(before, side), together(after, side)));
  return { metric, canary: [...canary, ...point('canary')], reference: [...reference, ...point('baseline')] };
}

function between(before: Answers, after: Answers): Answers {
  const slower = Object.entries(after.slower).map(([bound, count]) => [bound, count - (before.slower[bound] ?? 0)] as const);
  return {
    requests: after.requests - before.requests,
    errors: after.errors === null ? null : after.errors - (before.errors ?? 0),
    slower: Object.fromEntries(slower),
  };
}

const pointOf: Readonly<Record<AskedMetric['metric'], (answers: Answers) => readonly number[]>> = {
  errors: ({ requests, errors }) => (requests === 0 || errors === null ? [] : [(100 * errors) / requests]),
  latency: ({ requests, slower }) => (requests === 0 ? [] : percentile95(requests, slower)),
};

/** The requests that are slower than the 95th percentile, as a share. */
const SLOWEST = 0.05;

/** In milliseconds, linear between two bounds of the histogram as in Prometheus; nothing where there are no bounds. */
function percentile95(requests: number, slower: Answers['slower']): readonly number[] {
  const steps = Object.entries(slower)
    .map(([bound, count]) => ({ bound: Number(bound), share: count / requests }))
    .sort((one, other) => one.bound - other.bound);
  const at = steps.findIndex(({ share }) => share <= SLOWEST);
  const above = at < 0 ? steps.at(-1) : steps[at];
  if (!above) return [];
  // Nobody knows how far beyond the highest bound the slowest ones are.
  if (at < 0) return [above.bound * 1000];
  const below = steps[at - 1] ?? { bound: 0, share: 1 };
  const part = (below.share - SLOWEST) / (below.share - above.share);
  return [(below.bound + part * (above.bound - below.bound)) * 1000];
}

/** The finding by series: open as long as the soak lasts, because the test of ranks is no test for many looks. */
export function rankedFinding(finding: Finding, points: Points, { tolerance, isOver }: { tolerance: number; isOver: boolean }): Finding {
  const open: Finding = { ...finding, verdict: 'inconclusive', worse: 0, acceptable: 0, margin: 0, apart: null, bound: null, points };
  if (finding.verdict === 'no-data') return { ...open, verdict: 'no-data' };
  if (!isOver) return open;
  if (isScant(points)) return { ...open, verdict: 'no-data' };
  const { verdict } = ranked(points, { direction: 'increase', tolerance });
  return { ...open, verdict, worse: verdict === 'fail' ? open.limit : 0, acceptable: verdict === 'pass' ? open.limit : 0 };
}

/** It has requests, and only lacks time to make enough points of them. */
export const lacksPoints = ({ verdict, points }: Pick<Finding, 'verdict' | 'points'>): boolean =>
  verdict === 'no-data' && points !== undefined && points.canary.length > 0 && points.reference.length > 0 && isScant(points);
