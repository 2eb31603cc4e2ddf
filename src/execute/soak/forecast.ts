/** What a soak of a given length can find and what it cannot, said before it. */
import { type Finding, LATENCY_MARGIN, limitOf } from '../../analysis/judge.ts';
import { type Rate, secondsLeft, secondsToFind, smallestFound } from '../../analysis/power.ts';
import type { Answers, AskedMetric } from '../../model/metrics.ts';
import { percent } from './words.ts';

/** A soak that is to come. */
export interface Ahead {
  readonly seconds: number;
  /** The metrics that it judges. */
  readonly metrics: readonly string[];
  /** Requests per second that the new version gets, and its baseline. */
  readonly perSecond: number;
  /** What the old version answers. */
  readonly old: Answers;
}

/** A sentence on each metric that counts requests; nothing where none is asked for. */
export function forecast(ahead: Ahead): readonly string[] {
  const { metrics, perSecond, old } = ahead;
  if (metrics.length === 0 || perSecond === 0 || old.requests === 0) return [];
  const limit = limitOf(metrics.length);
  return [
    ...(metrics.includes('errors') && old.errors !== null ? [errors(ahead, { perSecond, errors: old.errors / old.requests, limit })] : []),
    ...(metrics.includes('latency') ? latency(ahead, limit) : []),
  ];
}

function errors({ seconds, perSecond }: Ahead, rate: Rate): string {
  const found = smallestFound(seconds, rate);
  const finds = found === null ? 'find no errors' : `find ${percent(found)} errors`;
  return `At ${number(perSecond)} requests/s to the canary, ${minutes(seconds)} ${finds}; ${needed(rate.errors + 0.01, rate)}.`;
}

/** The lowest bound that few requests of the old version are slower than tells a slowdown best. */
function latency({ seconds, perSecond, old }: Ahead, limit: number): readonly string[] {
  const shares = Object.entries(old.slower).map(([bound, count]) => ({ bound: Number(bound), share: count / old.requests }));
  const best = shares.filter(({ share }) => share <= 0.1).sort((one, other) => one.bound - other.bound)[0];
  if (!best) return [];
  const rate: Rate = { perSecond, errors: best.share, limit, margin: LATENCY_MARGIN };
  const found = smallestFound(seconds, rate);
  const slower = `slower than ${number(best.bound * 1000)} ms, where ${percent(best.share)} are now`;
  const twice = needed(Math.max(0.2, 2 * best.share + LATENCY_MARGIN), rate);
  return [`Latency: ${minutes(seconds)} ${found === null ? 'find no slowdown' : `find ${percent(found)}`} ${slower}; ${twice}.`];
}

function needed(share: number, rate: Rate): string {
  const seconds = secondsToFind(share, rate);
  return seconds === null ? `${percent(share)} would not be found within 30 days` : `${percent(share)} needs ${minutes(seconds)}`;
}

const number = (value: number): string => String(Number(value.toPrecision(2)));

const minutes = (seconds: number): string => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

/** A soak that has ended. */
export interface Behind {
  readonly seconds: number;
  readonly metrics: readonly AskedMetric[];
}

/** How much longer a metric that is undecided would take: "at this rate proof takes about 3 min more". */
export function outlook({ metric, canary, reference, margin, limit }: Finding, { seconds, metrics }: Behind): string {
  const tolerance = metrics.find(asked => asked.metric === metric)?.tolerance ?? 0;
  const margins = { worse: margin, acceptable: margin + tolerance };
  const left = secondsLeft({ canary, baseline: reference, seconds, limit, margins });
  return left === null ? 'at this rate no proof is to be expected within 30 days' : `at this rate proof takes about ${minutes(left)} more`;
}
