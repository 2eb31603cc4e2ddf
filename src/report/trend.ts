/** How metrics went from look to look of an analysis, as text: a line of blocks, and a chart where Mermaid is drawn. */
import type { Event, LookedMetric } from '../model/event.ts';
import { worstOf } from '../model/metrics.ts';
import { type AnalysisStory, storiesOf } from './chronicle.ts';

/** One metric of one workload: which part of its requests it counted, by look, on both sides. */
export interface Trend {
  readonly workload: string;
  readonly metric: string;
  readonly canary: readonly number[];
  readonly reference: readonly number[];
}

type Sides = Pick<Trend, 'canary' | 'reference'>;

/** So many looks are shown; of more, some are left out evenly, and the last one never. */
const MOST_BLOCKS = 12;
const MOST_POINTS = 60;
const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

const lastStories = (events: readonly Event[]): readonly AnalysisStory[] => [
  ...new Map(storiesOf(events).map(story => [story.workload, story])).values(),
];

/** What the looks told of each metric, of each workload's last analysis alone. */
export function trendsOf(events: readonly Event[]): readonly Trend[] {
  return lastStories(events).flatMap(({ workload, looks }) => {
    const all = looks.flatMap(({ metrics }) => metrics);
    return [...new Set(all.map(({ metric }) => metric))].map(metric => {
      const own = all.filter(look => look.metric === metric);
      return {
        workload,
        metric,
        canary: own.map(({ canary }) => partOf(canary)),
        reference: own.map(({ reference }) => partOf(reference)),
      };
    });
  });
}

const partOf = ([events, requests]: LookedMetric['canary']): number => (requests > 0 ? events / requests : 0);

/** "▁▂▄█" for each side, by the same scale. Empty before the second look. */
export function sparklines({ canary, reference }: Sides): { readonly canary: string; readonly reference: string } {
  const most = Math.max(...canary, ...reference, Number.MIN_VALUE);
  const line = (values: readonly number[]): string =>
    values.length < 2
      ? ''
      : evenly(values, MOST_BLOCKS)
          .map(value => BLOCKS[Math.round((value / most) * (BLOCKS.length - 1))])
          .join('');
  return { canary: line(canary), reference: line(reference) };
}

/**
 * One chart in Mermaid's words for the metric that decided: the first of the workload's last findings with the worst verdict. Null where nothing was
 * looked at twice. It has at most 60 points a line, so that it stays far below what GitHub draws.
 */
export function trendChart(events: readonly Event[]): string | null {
  const trends = trendsOf(events).filter(({ canary }) => canary.length > 1);
  const findings = lastStories(events).flatMap(story => story.findings.map(found => ({ ...found, workload: story.workload })));
  const worst = worstOf(findings.map(({ verdict }) => verdict));
  const isDecided = ({ workload, metric }: Trend): boolean =>
    findings.some(one => one.workload === workload && one.metric === metric && one.verdict === worst);
  const shown = trends.find(isDecided) ?? trends[0];
  return shown ? chartOf(shown) : null;
}

function chartOf({ workload, metric, canary, reference }: Trend): string {
  const [above, below] = [canary, reference].map(values => evenly(values, MOST_POINTS).map(percent));
  const most = Math.max(1, Math.ceil(1.1 * Math.max(...(above ?? []), ...(below ?? []))));
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${plain(`${metric} of ${workload}`)}: canary (bars), old version (line)"`,
    `  x-axis "looks" 1 --> ${canary.length}`,
    `  y-axis "% of requests" 0 --> ${most}`,
    `  bar [${above?.join(', ')}]`,
    `  line [${below?.join(', ')}]`,
    '```',
  ].join('\n');
}

/** A name that a user gave must not end the title. */
const plain = (text: string): string => text.replace(/[^\w .,/-]/g, ' ').slice(0, 80);

const percent = (part: number): number => Number((100 * part).toFixed(2));

/** So many of the values at most, at even distances, the last of them always. */
function evenly<T>(values: readonly T[], most: number): readonly T[] {
  const upTo = (count: number): number => Math.floor((count * Math.min(most, values.length)) / values.length);
  return values.filter((_, index) => upTo(index + 1) > upTo(index));
}
