/** An analysis in words. */

import type { Finding } from '../../analysis/judge.ts';
import { mean } from '../../analysis/kayenta/statistics.ts';
import { ENOUGH_POINTS } from '../../analysis/series.ts';
import type { Share } from '../../analysis/strict.ts';
import type { Tally } from '../../analysis/tally.ts';
import type { AnalysedMetric } from '../../model/analysed.ts';
import type { LookedMetric } from '../../model/event.ts';
import type { Reading, Variant } from '../../model/metrics.ts';

/** "12.9 % of 132". */
const shareText = (share: Share): string => `${percent(shareOf(share))} of ${share.requests}`;

const shareOf = ({ events, requests }: Share): number => (requests === 0 ? 0 : events / requests);

/** "12.9 %", of a share from 0 to 1. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`;

const what = ({ metric, bound }: Finding): string =>
  bound === null ? metric : `${metric} (slower than ${Number((bound * 1000).toPrecision(3))} ms)`;

/** Where a metric stands: "errors: canary 12.9 % of 132, baseline 0 % of 135; proof that it is worse: 60 %, that it is not: 0 %". */
export function findingText(finding: Finding): string {
  const { canary, reference, against, points, verdict } = finding;
  if (points) return `${seriesText(points)}; ${verdict === 'inconclusive' ? 'judged when the soak is over' : verdict}`;
  const { worse, acceptable } = analysed(finding);
  return `${what(finding)}: canary ${shareText(canary)}, ${against} ${shareText(reference)}; proof that it is worse: ${progress(worse)}, that it is not: ${progress(acceptable)}`;
}

const progress = (part: number): string => `${Math.round(Math.max(0, Math.min(1, part)) * 100)} %`;

/** For the summary. */
export const analysed = (finding: Finding): AnalysedMetric => ({
  metric: finding.points ? seriesName[finding.points.metric] : what(finding),
  verdict: finding.verdict,
  against: finding.against,
  ...(finding.points ? analysedSeries(finding.points) : analysedShares(finding)),
  worse: part(finding.worse, finding.limit),
  acceptable: part(finding.acceptable, finding.limit),
});

type Sides = Pick<AnalysedMetric, 'canary' | 'reference' | 'difference'>;

const analysedShares = (finding: Finding): Sides => ({
  canary: `${shareText(finding.canary)} requests`,
  reference: shareText(finding.reference),
  difference: differenceText(finding),
});

function analysedSeries({ metric, canary, reference }: Series): Sides {
  const more = mean(canary) - mean(reference);
  return {
    canary: pointsText(metric, canary),
    reference: pointsText(metric, reference),
    difference: canary.length === 0 || reference.length === 0 ? '' : `${more > 0 ? '+' : ''}${short(more)}${units[metric].difference}`,
  };
}

type Series = NonNullable<Finding['points']>;

const units = { errors: { value: ' %', difference: ' points' }, latency: { value: ' ms', difference: ' ms' } } as const;

const seriesName = { errors: 'errors', latency: 'latency (95th percentile)' } as const;

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** "312 ms (mean of 58 points)". */
const pointsText = (metric: Series['metric'], points: readonly number[]): string =>
  points.length === 0 ? 'no points' : `${short(mean(points))}${units[metric].value} (mean of ${points.length} points)`;

const seriesText = ({ metric, canary, reference }: Series): string =>
  `${seriesName[metric]}: canary ${pointsText(metric, canary)}, baseline ${pointsText(metric, reference)}`;

/** Why series cannot be compared though there are requests. */
export const scantText = ({ points }: Finding): string =>
  points ? `${seriesText(points)}; kayenta needs ${ENOUGH_POINTS} points a side with requests` : '';

function differenceText({ canary, reference }: Finding): string {
  const points = Number(((shareOf(canary) - shareOf(reference)) * 100).toPrecision(3));
  return `${points > 0 ? '+' : ''}${points} points`;
}

/** For the report. */
export const lookedMetric = ({ metric, canary, reference, verdict, ...finding }: Finding): LookedMetric => ({
  metric,
  canary: [canary.events, canary.requests],
  reference: [reference.events, reference.requests],
  worse: part(finding.worse, finding.limit),
  acceptable: part(finding.acceptable, finding.limit),
  verdict,
});

const part = (evidence: number, limit: number): number => Number((evidence / limit).toFixed(2));

/** Why a metric has failed, with the pods that set its margin. */
export function failedText(finding: Finding): string {
  const { canary, reference, against, margin, apart, worse, limit, points } = finding;
  if (points) return `${seriesText(points)}: higher by the test of ranks`;
  const pods = apart ? `; among pods of the old version ${apart[0]} and ${apart[1]} are furthest apart` : '';
  const allowed = margin > 0 ? `; ${percent(margin)} more is taken for the difference between pods of one version${pods}` : '';
  return `${what(finding)}: canary ${shareText(canary)} requests, ${against} ${shareText(reference)} (evidence ${worse.toFixed(1)}, proof at ${limit.toFixed(1)}${allowed})`;
}

const STATUSLESS =
  'the requests are counted without their status, so nobody knows which were errors: count them by a label such as code or status, or leave errors out of metrics';

/** Why nothing can be judged. */
export function unreadText(unread: readonly Reading[], tally: Tally): string {
  const texts = [...new Set(unread.flatMap(({ answers, ...reading }) => ('text' in reading ? [reading.text] : [])))];
  const faults = texts.map(said => {
    const pods = unread.filter(reading => !reading.answers && reading.text === said).map(({ pod }) => pod);
    // What is said of several is the source's own trouble, and no pod's.
    return pods.length === 1 ? `${pods[0]}: ${said}` : said;
  });
  if (faults.length > 0) return faults.slice(0, 3).join('; ');
  if ([...tally.values()].some(({ errors, requests }) => errors === null && requests > 0)) return STATUSLESS;
  return tally.size === 0 ? 'no pod was read' : 'one of the two sides got no request';
}

/** All that was asked was read, and no side lacks more than requests. */
export const isSilent = (unread: readonly Reading[], tally: Tally): boolean =>
  unread.length === 0 && tally.size > 0 && [...tally.values()].every(({ errors }) => errors !== null);

/** Sides of which half of the pods or more were never read: the others may be those that are well. */
export function blindSides(variants: readonly Variant[], readings: readonly Reading[], tally: Tally): readonly string[] {
  return variants.flatMap(({ side, pods }) => {
    const never = readings.filter(({ answers, pod }) => !answers && !tally.has(pod) && pods.some(({ metadata }) => metadata.name === pod));
    const isBlind = side !== 'stable' && never.length > 0 && never.length * 2 >= pods.length;
    return isBlind ? [`${side} ${never.length} of ${pods.length}`] : [];
  });
}
