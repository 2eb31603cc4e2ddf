import { describe, expect, test } from '@jest/globals';
import { type Counts, defaultLimits, measured, phaseOf } from '../../src/analysis/limits.ts';

const counts: Counts = { begun: true, count: 0, successful: 0, failed: 0, inconclusive: 0, consecutiveError: 0, consecutiveSuccess: 0 };
const repeating = { ...defaultLimits, repeats: true };

describe('a measurement', () => {
  test('fails when its failure condition holds, is inconclusive when neither does, and one alone is the other’s negation', () => {
    const all = [true, false, undefined].flatMap(success => [true, false, undefined].map(failure => measured({ success, failure })));
    expect(all).toEqual(['failure', 'success', 'success', 'failure', 'inconclusive', 'failure', 'failure', 'success', 'success']);
  });
});

describe('a metric', () => {
  test('is measured once where it has neither an interval nor a count', () => {
    expect(phaseOf(defaultLimits, { ...counts, count: 1, successful: 1 }, false)).toBe('Successful');
    expect(phaseOf(repeating, { ...counts, count: 1, successful: 1 }, false)).toBe('Running');
    expect(phaseOf(repeating, { ...counts, count: 1, successful: 1 }, true)).toBe('Successful');
  });

  test('at its limit goes on, above it ends; an error beats what is inconclusive, and that beats a failure', () => {
    const limits = { ...repeating, failureLimit: 1, inconclusiveLimit: 1 };
    const at = { ...counts, failed: 1, inconclusive: 1, consecutiveError: 4 };
    expect(phaseOf(limits, at, false)).toBe('Running');
    expect(phaseOf(limits, { ...at, failed: 2 }, true)).toBe('Failed');
    expect(phaseOf(limits, { ...at, failed: 2, inconclusive: 2 }, false)).toBe('Inconclusive');
    expect(phaseOf(limits, { ...at, failed: 2, inconclusive: 2, consecutiveError: 5 }, false)).toBe('Error');
  });

  test('fails rather than that it counts as a success that came late', () => {
    expect(phaseOf({ ...repeating, consecutiveSuccessLimit: 2 }, { ...counts, failed: 1, consecutiveSuccess: 2 }, false)).toBe('Failed');
  });

  test('with fewer valid measurements than it needs has no data, however it ended', () => {
    const limits = { ...repeating, minimumValid: 3 };
    expect(phaseOf(limits, { ...counts, successful: 2 }, true)).toBe('NoData');
    expect(phaseOf(limits, { ...counts, successful: 3 }, true)).toBe('Successful');
    expect(phaseOf(limits, { ...counts, begun: false }, true)).toBe('NoData');
    expect(phaseOf(limits, { ...counts, failed: 1 }, true)).toBe('Failed');
  });
});
