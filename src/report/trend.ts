/** How metrics went from look to look of an analysis, as text: a line of blocks, and a chart where Mermaid is drawn. */
import type { Event, LookedMetric } from '../model/event.ts';
import { storiesOf } from './chronicle.ts';

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

/** What the looks told of each metric, of each workload's last analysis alone. */
export function trendsOf(events: readonly Event[]): readonly Trend[] {
  const last = new Map(storiesOf(events).map(story => [story.workload, story]));
  return [...last.values()].flatMap(({ workload, looks }) => {
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
  const decided = events.flatMap(event =>
    event.type === 'analysed'
      ? event.findings.filter(({ verdict }) => verdict !== 'pass').map(({ metric }) => `${event.workload} ${metric}`)
      : [],
  );
  const shown = trends.find(({ workload, metric }) => decided.includes(`${workload} ${metric}`)) ?? trends[0];
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

function evenly<T>(values: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, values.length / most);
  return Array.from({ length: Math.min(values.length, most) }, (_, i) => values[Math.ceil((i + 1) * step) - 1] ?? values[0]).filter(
    (value): value is T => value !== undefined,
  );
}
