import { describe, expect, test } from '@jest/globals';
import { begun, type Gauge, gaugeFinding, isDue, noted } from '../../src/analysis/gauge.ts';
import { judged } from '../../src/analysis/judge.ts';
import { lacksPoints, type Points, rankedFinding, withPoint } from '../../src/analysis/points.ts';
import type { Tally } from '../../src/analysis/tally.ts';
import { gaugeText } from '../../src/execute/soak/gauges.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import type { Answers, Measured, OwnMetric } from '../../src/model/metrics.ts';

function asked(line: string): OwnMetric {
  const { measures } = parseInputs(
    { action: 'deploy', strategy: 'canary', percentage: '10', manifests: 'web.yaml', metrics: `m = ${line}`, prometheus: 'http://p' },
    'github',
  ).inputs;
  const [first] = measures;
  if (!first) throw new Error(`no metric: ${line}`);
  return first;
}

const value = (number: number): Measured => ({ kind: 'value', value: number });
const none: Measured = { kind: 'no-data', text: 'Prometheus has no data' };

/** One measurement every ten seconds; of a pair the second is the baseline's. */
const measuredBy = (line: string, values: readonly (number | Measured | readonly [number, number])[]): Gauge =>
  values.reduce<Gauge>(
    (gauge, given, i) => {
      const [canary, reference] = Array.isArray(given) ? given : [given, null];
      const read = (one: number | Measured): Measured => (typeof one === 'number' ? value(one) : one);
      const measurement = { canary: read(canary as number | Measured), reference: reference === null ? null : value(reference) };
      return noted(gauge, measurement, i * 10);
    },
    begun(asked(line)),
  );
const atEnd = (...given: Parameters<typeof measuredBy>) => gaugeFinding(measuredBy(...given), true).verdict;
const soFar = (...given: Parameters<typeof measuredBy>) => gaugeFinding(measuredBy(...given), false).verdict;

describe('a number with a bound', () => {
  test('fails at its first value beyond it, and passes at the end without one', () => {
    expect(soFar('up max 5', [1, 5, 5.1])).toBe('fail');
    expect(soFar('up max 5', [1, 5])).toBe('inconclusive');
    expect(atEnd('up max 5', [1, 5])).toBe('pass');
    expect(atEnd('up min 1 max 5', [1, 0])).toBe('fail');
  });

  test('may go beyond it as often as its limit says', () => {
    expect(atEnd('up max 5 failure-limit=2', [6, 1, 6])).toBe('pass');
    expect(soFar('up max 5 failure-limit=2', [6, 6, 6])).toBe('fail');
    expect(atEnd('up max 5 failure-limit=-1', [6, 6, 6])).toBe('pass');
  });

  test('says nothing between the bound and what is tolerated beyond it', () => {
    expect(soFar('up max 100 tolerance=10%', [105])).toBe('inconclusive');
    expect(atEnd('up max 100 tolerance=10%', [105, 1])).toBe('inconclusive');
    expect(atEnd('up max 100 tolerance=10% inconclusive-limit=1', [105, 1])).toBe('pass');
    expect(soFar('up max 100 tolerance=10%', [111])).toBe('fail');
    expect(soFar('up min -10 tolerance=10%', [-10.5, -12])).toBe('inconclusive');
  });

  test('is measured as often as asked, and an error is no measurement', () => {
    const gauge = measuredBy('up max 5 count=2 interval=60s', [1, none, 2]);
    expect(gaugeFinding(gauge, false).verdict).toBe('pass');
    expect(isDue(gauge, 1000)).toBe(false);
    expect(isDue(measuredBy('up max 5 interval=60s', [1]), 59)).toBe(false);
    expect(isDue(measuredBy('up max 5 interval=60s', [1]), 60)).toBe(true);
    expect(isDue(measuredBy('up max 5 interval=60s', [none]), 10)).toBe(true);
  });
});

describe('a number that is not there is never good', () => {
  test.each([
    ['no data', none],
    ['NaN', { kind: 'nan', text: 'the query gives NaN' }],
    ['an error', { kind: 'error', text: 'http://p refuses the connection' }],
  ] as const)('%s', (_, given) => {
    expect(atEnd('up max 5', [given])).toBe('no-data');
    expect(soFar('up max 5', [1, given, given, given, given, given])).toBe('no-data');
    expect(gaugeText(gaugeFinding(measuredBy('up max 5', [given]), true))).toBe(`m: ${given.text}`);
  });

  test('also where it was there before, and a few errors on the way are forgiven', () => {
    expect(atEnd('up max 5', [1, 1, none])).toBe('no-data');
    expect(atEnd('up max 5', [1, none, none, 1])).toBe('pass');
    expect(soFar('up max 5 error-limit=1', [1, none, none])).toBe('no-data');
  });
});

describe('a number without a bound is compared with the baseline’s', () => {
  const pairs = (canary: number, count = 12) =>
    Array.from({ length: count }, (_, i) => [canary + (i % 4) / 100, 1 + (i % 3) / 100] as const);
  const query = 'mem{pod=~"{{pods}}"}';

  test('when both are whole, and decides where it is critical', () => {
    expect(soFar(query, pairs(2))).toBe('inconclusive');
    expect(gaugeFinding(measuredBy(`${query} critical`, pairs(2)), true)).toMatchObject({ verdict: 'fail', decides: true, label: 'High' });
    expect(gaugeFinding(measuredBy(query, pairs(2)), true)).toMatchObject({ verdict: 'fail', decides: false });
    expect(atEnd(query, pairs(1))).toBe('pass');
  });

  test('in the direction that is bad, and beyond what is tolerated', () => {
    expect(atEnd(`${query} direction=decrease`, pairs(2))).toBe('pass');
    expect(atEnd(`${query} direction=decrease`, pairs(0.5))).toBe('fail');
    expect(atEnd(`${query} tolerance=150%`, pairs(2))).toBe('pass');
  });

  test('not by fewer than ten points a side, and as well where the numbers are tiny', () => {
    expect(atEnd(query, pairs(2, 9))).toBe('inconclusive');
    const tiny = pairs(2).map(([canary, baseline]) => [canary * 1e-6, baseline * 1e-6] as const);
    expect(atEnd(query, tiny)).toBe('fail');
  });
});

describe('an infinite number, as 1/0 is,', () => {
  const endless = Number.POSITIVE_INFINITY;

  test('is beyond a bound', () => {
    expect(soFar('up max 5', [1, endless])).toBe('fail');
  });

  test('is nothing to compare with', () => {
    const gauge = measuredBy(
      'm{pod=~"{{pods}}"} critical',
      Array.from({ length: 12 }, (_, i) => [i, endless] as const),
    );
    expect(gauge).toMatchObject({ counts: { consecutiveError: 12 }, reference: [] });
    const finding = gaugeFinding(gauge, true);
    expect(finding.verdict).toBe('no-data');
    expect(gaugeText(finding)).toBe('m: the last value is infinite, as 1/0 is; nothing can be compared with it');
  });
});

describe('counted requests as points', () => {
  const tallyOf = (canary: Answers, baseline: Answers): Tally =>
    new Map(
      (
        [
          ['canary', canary],
          ['baseline', baseline],
        ] as const
      ).map(([side, answers]) => [side, { ...answers, pod: side, side, node: '', looks: 3, last: null }]),
    );
  const none: Answers = { requests: 0, errors: 0, slower: {} };
  const points = (metric: 'errors' | 'latency', ...tallies: readonly Tally[]): Points =>
    tallies
      .slice(1)
      .reduce<Points>((before, tally, i) => withPoint(before, tallies[i] ?? tally, tally), { metric, canary: [], reference: [] });

  test('are what came between two looks, and a look without requests is a hole', () => {
    const all = [
      tallyOf(none, none),
      tallyOf({ requests: 10, errors: 1, slower: {} }, none),
      tallyOf({ requests: 30, errors: 6, slower: {} }, { requests: 4, errors: 1, slower: {} }),
    ];
    expect(points('errors', ...all)).toEqual({ metric: 'errors', canary: [10, 25], reference: [25] });
    expect(points('latency', ...all)).toEqual({ metric: 'latency', canary: [], reference: [] });
  });

  test('have the 95th percentile between two bounds, and no more than the highest', () => {
    const slower = { '0.5': 0, '0.1': 20, '0.25': 10 };
    const all = [
      tallyOf(none, none),
      tallyOf({ requests: 100, errors: 0, slower }, { requests: 10, errors: 0, slower: { '0.1': 9, '1': 5 } }),
    ];
    expect(points('latency', ...all)).toEqual({ metric: 'latency', canary: [375], reference: [1000] });
  });

  test('are judged when the soak is over, and a few of them are no data that more time may mend', () => {
    const tally = tallyOf({ requests: 900, errors: 90, slower: {} }, { requests: 900, errors: 0, slower: {} });
    const found = judged({ metric: 'errors', tolerance: 0.01 }, tally, { limit: 5, bounds: null });
    const series = (count: number): Points => ({
      metric: 'errors',
      canary: Array.from({ length: count }, (_, i) => 10 + i),
      reference: Array.from({ length: count }, () => 0),
    });
    const verdictOf = (count: number, isOver: boolean) => {
      const finding = rankedFinding(found, series(count), { tolerance: 0.01, isOver });
      return [finding.verdict, lacksPoints(finding)];
    };
    expect(verdictOf(60, false)).toEqual(['inconclusive', false]);
    expect(verdictOf(60, true)).toEqual(['fail', false]);
    expect(verdictOf(9, true)).toEqual(['no-data', true]);
    expect(verdictOf(0, true)).toEqual(['no-data', false]);
  });
});
