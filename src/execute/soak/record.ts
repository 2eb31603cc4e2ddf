/** What an analysis leaves in the record, for status and for promote. */

import type { GaugeFinding } from '../../analysis/gauge.ts';
import type { Finding } from '../../analysis/judge.ts';
import { type AnalysedMetric, sidesText } from '../../model/analysed.ts';
import type { JudgedMetric } from '../../model/record.ts';
import { analysedContrast, type Contrast } from './compare.ts';
import { analysedGauge } from './gauges.ts';
import { analysed } from './words.ts';

/** The record is small, and what stands there is read by people. */
const MOST_CHARACTERS = 200;

/** What the record calls a request that was compared. */
const MOST_NAME = 100;

/** What was found of all that decides. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly critical: readonly Contrast[];
  readonly decided: readonly GaugeFinding[];
  /** What the new version suffers. */
  readonly ill: readonly string[];
}

/** Each metric with its verdict and its numbers. */
export const remembered = ({ findings, critical, decided, ill }: Found): readonly JudgedMetric[] => [
  { metric: 'health', ...(ill.length > 0 ? { verdict: 'fail', said: short(ill.join('; ')) } : { verdict: 'pass' }) },
  ...findings.map(finding => ({ metric: finding.metric, verdict: finding.verdict, said: saidOf(analysed(finding)) })),
  ...critical.map(one => ({ metric: one.comparison.text.slice(0, MOST_NAME), verdict: one.verdict, said: saidOf(analysedContrast(one)) })),
  ...decided.map(one => ({ metric: one.gauge.asked.metric, verdict: one.verdict, said: saidOf(analysedGauge(one)) })),
];

const saidOf = (finding: AnalysedMetric): string => short(sidesText(finding));

const short = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text);
