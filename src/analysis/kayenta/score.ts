/** One score of all metrics, and what several scores in a row come to. */
import type { Label } from './classify.ts';

/** A metric as it counts in the score. */
export interface Scored {
  readonly label: Label;
  /** Its label decides the whole score. */
  readonly critical: boolean;
  readonly muted: boolean;
  readonly groups: readonly string[];
}

/** The score from which on a canary is neither good nor bad, and that from which on it is good; null where none is given. */
export interface Thresholds {
  readonly marginal: number | null;
  readonly pass: number | null;
}

/** 0 to 100: the weighted sum of the groups' shares of metrics that pass. Groups without a weight share what the others leave of 100. */
export function score(all: readonly Scored[], weights: Readonly<Record<string, number>>): number {
  const metrics = all.filter(({ muted }) => !muted);
  const without = metrics.filter(({ label }) => label === 'Nodata').length;
  if (metrics.some(({ critical, label }) => critical && label !== 'Pass') || without >= metrics.length / 2) return 0;
  const groups = [...new Set(metrics.flatMap(metric => metric.groups))];
  const given = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const unweighted = groups.filter(group => weights[group] === undefined).length;
  const sum = groups
    .map(
      group => groupScore(metrics.filter(metric => metric.groups.includes(group))) * ((weights[group] ?? (100 - given) / unweighted) / 100),
    )
    .reduce((total, part) => total + part, 0);
  return rounded(sum);
}

const counting: readonly Label[] = ['Pass', 'High', 'Low', 'NodataFailMetric'];

/** What has no data, or could not be compared, does not count; a group in which nothing counts is as good as one that passes. */
function groupScore(metrics: readonly Scored[]): number {
  const counted = metrics.filter(({ label }) => counting.includes(label));
  return counted.length === 0 ? 100 : (counted.filter(({ label }) => label === 'Pass').length / counted.length) * 100;
}

/** To two decimals of the digits that the number is written with, a half away from 0: 1.005 becomes 1.01, and 1.00499999 stays at 1. */
function rounded(value: number): number {
  const digits = String(Math.abs(value));
  const hundredfold = Number(digits.includes('e') ? Math.abs(value) * 100 : `${digits}e2`);
  return (Math.sign(value) * Math.round(hundredfold)) / 100;
}

/** The word for a score. */
export function scoreLabel(value: number, { marginal, pass }: Thresholds): 'Pass' | 'Marginal' | 'Fail' {
  if (value >= (pass ?? 0)) return 'Pass';
  return value >= (marginal ?? 0) ? 'Marginal' : 'Fail';
}

/** Whether judgements in a row end well: none at or below marginal, and the last one at pass or above. Without any they do not. */
export function endsWell(scores: readonly number[], { marginal, pass }: Thresholds): boolean {
  const last = scores.at(-1);
  if (last === undefined) return false;
  return (marginal === null || scores.every(value => value > marginal)) && (pass === null || last >= pass);
}
