/** The numbers that the user asks for himself, measured while a share stands under watch. */

import { begun, type Gauge, type GaugeFinding, gaugeFinding, isBounded, isDue, noted } from '../../analysis/gauge.ts';
import { mean } from '../../analysis/kayenta/statistics.ts';
import { ENOUGH_POINTS } from '../../analysis/series.ts';
import type { AnalysedMetric } from '../../model/analysed.ts';
import type { Measured, MeasuredCluster, OwnMetric, Variant } from '../../model/metrics.ts';
import type { Inputs } from '../../model/request.ts';
import { together } from '../together.ts';

/** Before the first look. Kayenta's judge counts each metric that is compared. */
export const gaugesOf = ({ measures, judge }: Pick<Inputs, 'measures' | 'judge'>): readonly Gauge[] =>
  measures.map(asked => begun(judge === 'kayenta' ? { ...asked, critical: true } : asked));

/** Measures what is due at that second of the soak, all at once. */
export const gauged = (
  gauges: readonly Gauge[],
  { measure }: Pick<MeasuredCluster, 'measure'>,
  { variants, seconds }: { readonly variants: readonly Variant[]; readonly seconds: number },
): Promise<readonly Gauge[]> =>
  together(
    gauges.map(async gauge => {
      if (!measure || !isDue(gauge, seconds)) return gauge;
      const against = variants.some(({ side }) => side === 'baseline') ? 'baseline' : 'stable';
      return { ...noted(gauge, await measure(gauge.asked, variants, seconds), seconds), against };
    }),
  );

/** What they come to. */
export const gaugeFindings = (gauges: readonly Gauge[], isOver: boolean): readonly GaugeFinding[] =>
  gauges.map(gauge => gaugeFinding(gauge, isOver));

/** Verdicts that decide. */
export const deciding = (findings: readonly GaugeFinding[]): readonly GaugeFinding[] => findings.filter(({ decides }) => decides);

/** For the summary. */
export function analysedGauge({ gauge, verdict, decides }: GaugeFinding): AnalysedMetric {
  const { asked } = gauge;
  return {
    metric: decides ? asked.metric : `${asked.metric} (only reported: not critical)`,
    verdict,
    canary: canaryText(gauge),
    reference: isBounded(asked) ? boundsText(asked) : pointsText(gauge.reference, gauge.last?.reference ?? null),
    against: isBounded(asked) ? 'allowed' : gauge.against,
    difference: isBounded(asked) ? '' : differenceText(gauge),
    worse: verdict === 'fail' ? 1 : 0,
    acceptable: verdict === 'pass' ? 1 : 0,
  };
}

const canaryText = (gauge: Gauge): string =>
  gauge.asked.reads === 'exit-code' && gauge.canary.length > 0 ? exitText(gauge) : pointsText(gauge.canary, gauge.last?.canary ?? null);

/** "+12.5", in the unit of the metric. */
function differenceText({ canary, reference }: Gauge): string {
  if (canary.length === 0 || reference.length === 0) return '';
  const difference = mean(canary) - mean(reference);
  return `${difference > 0 ? '+' : ''}${short(difference)}`;
}

function pointsText(values: readonly number[], last: Measured | null): string {
  if (values.length === 0) return last === null || last.kind === 'value' ? 'not measured' : last.text;
  return `${short(mean(values))} (mean of ${values.length}, last ${short(values.at(-1) ?? 0)})`;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

const boundsText = ({ max, min, tolerance, reads }: OwnMetric): string =>
  reads === 'exit-code'
    ? 'exit code 0'
    : [
        ...(min === null ? [] : [`min ${min}`]),
        ...(max === null ? [] : [`max ${max}`]),
        ...(tolerance === 0 ? [] : [`tolerance ${short(tolerance * 100)} %`]),
      ].join(', ');

/** Why one has failed, could not be measured or is undecided; for people. */
export function gaugeText({ gauge, verdict, label }: GaugeFinding): string {
  const { asked, counts, last, canary, reference } = gauge;
  const { metric } = asked;
  if (verdict === 'fail') return `${metric}: ${failedText(gauge, label)}`;
  if (verdict === 'no-data')
    return `${metric}: ${blindText(last?.canary ?? null) ?? blindText(last?.reference ?? null) ?? 'it was never measured'}`;
  if (isBounded(asked)) return `${metric}: ${counts.inconclusive} of ${counts.count} measurements lie between ${boundsText(asked)}`;
  return `${metric}: ${Math.min(canary.length, reference.length)} points a side, and ${ENOUGH_POINTS} are needed to compare`;
}

/** "exit code 3 (1 of 2 runs): no such queue". */
function exitText({ counts: { failed, count }, canary, beyond, last }: Gauge): string {
  const said = last?.canary.kind === 'value' && last.canary.said ? `: ${last.canary.said}` : '';
  return `exit code ${beyond ?? canary.at(-1) ?? 0} (${beyond === null ? count : `${failed} of ${count}`} ${count === 1 ? 'run' : 'runs'})${said}`;
}

function failedText(gauge: Gauge, label: GaugeFinding['label']): string {
  const { asked, counts, beyond, canary, reference, against } = gauge;
  if (asked.reads === 'exit-code') return exitText(gauge);
  if (isBounded(asked)) return `${short(beyond ?? 0)} is beyond ${boundsText(asked)} (${counts.failed} of ${counts.count} measurements)`;
  const how = label === 'High' ? 'higher' : 'lower';
  return `the canary's is ${how}: ${pointsText(canary, null)}, that of ${against} ${pointsText(reference, null)}`;
}

function blindText(value: Measured | null): string | null {
  if (value === null) return null;
  if (value.kind !== 'value') return value.text;
  return Number.isFinite(value.value) ? null : 'the last value is infinite, as 1/0 is; nothing can be compared with it';
}
