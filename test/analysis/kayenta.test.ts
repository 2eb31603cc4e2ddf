import { describe, expect, test } from '@jest/globals';
import { type Classified, classify, type RankRules } from '../../src/analysis/kayenta/classify.ts';
import { effectSize } from '../../src/analysis/kayenta/effect.ts';
import { AllTied, interval } from '../../src/analysis/kayenta/interval.ts';
import { normalQuantile } from '../../src/analysis/kayenta/normal.ts';
import { filled, outliers, withoutOutliers } from '../../src/analysis/kayenta/prepare.ts';
import { ranked } from '../../src/analysis/kayenta/ranks.ts';
import { endsWell, type Scored, score, scoreLabel } from '../../src/analysis/kayenta/score.ts';
import { percentile, sorted, summary } from '../../src/analysis/kayenta/statistics.ts';

const rules: RankRules = {
  direction: 'either',
  nanStrategy: 'remove',
  critical: false,
  mustHaveData: false,
  tolerance: 0.25,
  confidence: 0.98,
  measure: 'meanRatio',
  allowedIncrease: 1,
  allowedDecrease: 1,
  criticalIncrease: 1,
  criticalDecrease: 1,
};

const labelled = (control: readonly number[], experiment: readonly number[], more: Partial<RankRules> = {}): Classified =>
  classify({ control, experiment }, { ...rules, ...more });

const low = [10, 11, 12, 13, 14, 15, 16, 17];
const high = low.map(value => value * 3);

describe('a metric of the canary', () => {
  test('that is far above its baseline is high, where that direction is bad', () => {
    expect(labelled(low, high).label).toBe('High');
    expect(labelled(low, high, { direction: 'increase' }).label).toBe('High');
    expect(labelled(low, high, { direction: 'decrease' }).label).toBe('Pass');
    expect(labelled(high, low).label).toBe('Low');
    expect(labelled(high, low, { direction: 'increase' }).label).toBe('Pass');
  });

  test('passes in spite of a certain difference that is smaller than what is allowed', () => {
    expect(labelled(low, high, { allowedIncrease: 3.1 })).toEqual({ label: 'Pass', critical: false, deviation: 3 });
    expect(labelled(high, low, { allowedDecrease: 0.3 }).label).toBe('Pass');
  });

  test('is critical only when it is called so and differs by more than is critical', () => {
    expect(labelled(low, high, { critical: true }).critical).toBe(true);
    expect(labelled(low, high, { critical: true, criticalIncrease: 4 })).toMatchObject({ label: 'High', critical: false });
    expect(labelled(low, low, { critical: true }).critical).toBe(false);
  });

  test('without values has no data, fails where it must have some, and passes where a hole counts as 0', () => {
    expect(labelled([], low, { critical: true })).toEqual({ label: 'Nodata', critical: true, deviation: 1 });
    expect(labelled(low, [], { mustHaveData: true })).toEqual({ label: 'NodataFailMetric', critical: false, deviation: 1 });
    expect(labelled(low, [], { mustHaveData: true, critical: true }).label).toBe('Nodata');
    expect(labelled([], [], { nanStrategy: 'replace' }).label).toBe('Pass');
  });

  test('of equal values passes in whatever order they came', () => {
    expect(labelled(low, [...low].reverse())).toEqual({ label: 'Pass', critical: false, deviation: 1 });
    expect(labelled([4, 4], [4, 4, 4]).label).toBe('Pass');
  });

  test('of one constant against another is told apart, always in the same way', () => {
    expect(labelled([1, 1, 1, 1, 1], [10, 10, 10, 10, 10])).toEqual(labelled([1, 1, 1, 1, 1], [10, 10, 10, 10, 10]));
    expect(labelled([0, 0, 0, 0, 0], [5, 5, 5, 5, 5]).label).toBe('High');
    expect(labelled([-1, -1, -1, -1, -1], [-9, -9, -9, -9, -9], { allowedDecrease: 20 }).label).toBe('Low');
  });

  test('of one value a side is an error, whatever the values: ranks say nothing of them', () => {
    for (const [control, experiment] of [
      [1, 10],
      [0.1, 0.30000000000000004],
      [1e-9, 1e12],
    ] as const)
      expect(labelled([control], [experiment], { critical: true })).toEqual({ label: 'Error', critical: false, deviation: 1 });
    expect(() => interval({ control: [1], experiment: [2] }, 0.98)).toThrow(AllTied);
  });
});

describe('the numbers behind it', () => {
  test('normal quantiles are those of the tables, in the middle and far out', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(0.01)).toBeCloseTo(-2.3263478740408408, 14);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.2623400897984, 13);
  });

  test('ranks of equal values are shared, also where a shift makes them equal', () => {
    expect(ranked(sorted([3, 1]), sorted([2, 4]), 0)).toEqual({ sum: 4, ties: 0 });
    expect(ranked(sorted([3, 2]), sorted([2, 1]), 1)).toEqual({ sum: 5, ties: 12 });
    expect(ranked(sorted([5, 5]), sorted([5]), 0)).toEqual({ sum: 4, ties: 24 });
  });

  test('what is no number, or without an end, ranks highest, and leaves no interval', () => {
    const { NaN: hole, POSITIVE_INFINITY: endless } = Number;
    expect(ranked(sorted([hole, 1]), sorted([2]), 0)).toEqual({ sum: 4, ties: 0 });
    expect(ranked(sorted([1]), sorted([hole, endless]), 0)).toEqual({ sum: 1, ties: 6 });
    expect(ranked(sorted([endless]), sorted([1]), endless)).toEqual({ sum: 2, ties: 0 });
    for (const value of [hole, endless, -endless]) expect(labelled(low, [...low, value, -value]).label).toBe('Error');
  });

  test('percentiles lie between two values in proportion; an empty series has none', () => {
    expect([0, 25, 50, 99, 100].map(p => percentile([4, 1, 3, 2], p))).toEqual([1, 1.75, 2.5, 3.97, 4]);
    expect(percentile([], 50)).toBeNaN();
    expect(percentile([1, Number.NaN, 2], 50)).toBe(1.5);
    expect(summary([1, Number.NaN, 2])).toMatchObject({ min: 1, max: 2, count: 3 });
    expect(summary([])).toEqual({ min: 0, max: 0, mean: 0, std: 0, count: 0 });
    expect(summary([7])).toEqual({ min: 7, max: 7, mean: 7, std: 0, count: 1 });
  });

  test('an effect is a ratio that a mean of 0 leaves open, or a chance', () => {
    expect(effectSize('meanRatio', { control: [0, 0], experiment: [1] })).toBeNaN();
    expect(effectSize('cles', { control: [1, 2], experiment: [2, 3] })).toBe(0.875);
  });

  test('holes go or count as 0, and fences are loosened so that nothing between the 1st and 99th percentile goes', () => {
    expect(filled([1, Number.NaN], 'replace')).toEqual([1, 0]);
    const values = [...Array.from({ length: 300 }, () => 1), 2, 2, 2, 2, 50];
    const iqr = { detector: 'iqr', factor: 3, reduceSensitivity: true } as const;
    expect(withoutOutliers(values, iqr)).toEqual(values.filter(value => value < 50));
    expect(withoutOutliers(values, { ...iqr, reduceSensitivity: false })).toEqual(values.filter(value => value === 1));
    expect(outliers([], iqr)).toEqual([]);
  });
});

describe('the score', () => {
  const metric = (label: Scored['label'], ...groups: readonly string[]): Scored => ({ label, critical: false, muted: false, groups });

  test('gives groups without a weight what the others leave, and a group in which nothing counts all of its own', () => {
    expect(score([metric('Pass', 'a'), metric('High', 'b'), metric('Pass', 'c')], { a: 50 })).toBe(75);
    expect(score([metric('High', 'a'), metric('Pass', 'a'), metric('Error', 'b')], {})).toBe(75);
    expect(score([metric('Pass', 'a'), metric('Low', 'a'), metric('NodataFailMetric', 'a')], {})).toBe(33.33);
    expect(score([metric('High', 'a', 'b'), metric('Pass', 'b')], {})).toBe(25);
  });

  test('is rounded as it is written: a sum that binary digits leave a hair below a half goes down, as in Kayenta', () => {
    const sum = 100 * (34.4 / 100) + 100 * (1.8 / 100) + 100 * (55.475 / 100);
    expect(String(sum)).toBe('91.67499999999998');
    expect(score([metric('Pass', 'a'), metric('Pass', 'b'), metric('Pass', 'c')], { a: 34.4, b: 1.8, c: 55.475 })).toBe(91.67);
    expect(score([metric('Pass', 'a')], { a: 91.675 })).toBe(91.68);
  });

  test('is 0 at a critical metric that does not pass, and where half have no data; muted ones are not looked at', () => {
    expect(score([metric('Pass', 'a'), { ...metric('High', 'a'), critical: true }], {})).toBe(0);
    expect(score([metric('Pass', 'a'), metric('Nodata', 'a')], {})).toBe(0);
    expect(score([metric('Pass', 'a'), { ...metric('High', 'a'), critical: true, muted: true }], {})).toBe(100);
  });

  test('is in a word what its thresholds say', () => {
    const thresholds = { marginal: 75, pass: 95 };
    expect([95, 94.99, 75, 74.99].map(value => scoreLabel(value, thresholds))).toEqual(['Pass', 'Marginal', 'Marginal', 'Fail']);
  });

  test('ends a series well when none was at marginal or below and the last is at pass', () => {
    const thresholds = { marginal: 75, pass: 95 };
    expect([[97], [80, 97], [75, 97], [97, 94], []].map(scores => endsWell(scores, thresholds))).toEqual([true, true, false, false, false]);
    expect(endsWell([1], { marginal: null, pass: null })).toBe(true);
  });
});
