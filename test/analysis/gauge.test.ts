import { describe, expect, test } from '@jest/globals';
import { begun, type Gauge, gaugeFinding, isDue, noted } from '../../src/analysis/gauge.ts';
import { gaugeText } from '../../src/execute/soak-gauges.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import type { Measured, OwnMetric } from '../../src/model/metrics.ts';

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
