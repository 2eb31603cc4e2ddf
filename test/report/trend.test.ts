import { describe, expect, test } from '@jest/globals';
import type { AnalysedMetric } from '../../src/model/analysed.ts';
import type { Event } from '../../src/model/event.ts';
import { type Verdict, worstOf } from '../../src/model/metrics.ts';
import { sparklines, trendChart, trendsOf } from '../../src/report/trend.ts';
import { look } from './samples.ts';

const found = (metric: string, verdict: Verdict = 'fail'): AnalysedMetric => ({
  metric,
  verdict,
  canary: '',
  reference: '',
  against: 'baseline',
  difference: '',
  worse: 1,
  acceptable: 0,
});
const ended = (...findings: readonly AnalysedMetric[]): Event => ({
  type: 'analysed',
  workload: 'web',
  verdict: worstOf(findings.map(({ verdict }) => verdict)),
  findings,
});

describe('the way of a metric', () => {
  test('is the part of the requests at each look, of the last analysis', () => {
    const events = [
      look('errors', 50, 0),
      ended(found('errors', 'pass')),
      look('errors', 10, 0),
      look('errors', 20, 5),
      look('latency', 1, 1),
    ];
    expect(trendsOf(events)).toEqual([
      { workload: 'web', metric: 'errors', canary: [0.1, 0.2], reference: [0, 0.05] },
      { workload: 'web', metric: 'latency', canary: [0.01], reference: [0.01] },
    ]);
  });

  test('is drawn by one scale for both sides, from the second look on', () => {
    expect(sparklines({ canary: [0, 0.1, 0.2], reference: [0, 0, 0.1] })).toEqual({ canary: '▁▅█', reference: '▁▁▅' });
    expect(sparklines({ canary: [0, 0], reference: [0, 0] })).toEqual({ canary: '▁▁', reference: '▁▁' });
    expect(sparklines({ canary: [0.3], reference: [0] })).toEqual({ canary: '', reference: '' });
    const long = Array.from({ length: 1000 }, (_, i) => i);
    expect(sparklines({ canary: long, reference: [] }).canary).toBe('▂▂▃▃▄▄▅▆▆▇▇█');
  });
});

describe('the chart', () => {
  test('shows the metric that decided, in the words of Mermaid', () => {
    const events = [look('latency', 1, 1), look('latency', 1, 1), look('errors', 10, 0), look('errors', 21, 5), ended(found('errors'))];
    expect(trendChart(events)).toBe(
      [
        '```mermaid',
        'xychart-beta',
        '  title "errors of web: canary (bars), old version (line)"',
        '  x-axis "looks" 1 --> 2',
        '  y-axis "% of requests" 0 --> 24',
        '  bar [10, 21]',
        '  line [0, 5]',
        '```',
      ].join('\n'),
    );
  });

  test('shows the worst of the last analysis, not what an earlier one failed by', () => {
    const two = (metric: string): readonly Event[] => [look(metric, 1, 1), look(metric, 1, 1)];
    const last = ended(found('queue', 'pass'), found('latency', 'inconclusive'), found('errors'));
    const chart = trendChart([...two('queue'), ended(found('queue')), ...two('queue'), ...two('latency'), ...two('errors'), last]);
    expect(chart).toContain('title "errors of web');
  });

  test.each([62, 124, 125, 248])('ends with the last of %i looks', looks => {
    const events = Array.from({ length: looks }, (_, i) => look('errors', i === looks - 1 ? 50 : 1, 1));
    expect(trendChart(events)).toMatch(/bar \[1, .*, 1, 50\]/);
  });

  test('stays small over a day of looks, and a name of the user’s ends nothing in it', () => {
    const events = Array.from({ length: 17_280 }, () => look('a"]\n```\n[x', 50, 1));
    const chart = trendChart(events) ?? '';
    expect(chart.length).toBeLessThan(1000);
    expect(chart.match(/```/g)).toHaveLength(2);
    expect(chart.split('\n')).toHaveLength(8);
  });

  test('is none where nobody looked twice', () => {
    expect(trendChart([look('errors', 1, 1), ended(found('errors', 'pass'))])).toBeNull();
    expect(trendChart([])).toBeNull();
  });
});
