import { describe, expect, test } from '@jest/globals';
import { limitOf } from '../../src/analysis/judge.ts';
import { type Standing, secondsLeft } from '../../src/analysis/power.ts';
import { logEvidence } from '../../src/analysis/strict.ts';

const limit = limitOf(1);
const margins = { worse: 0, acceptable: 0.01 };
const standingAfter = (seconds: number, errors: number): Standing => ({
  canary: { events: errors, requests: 12 * seconds },
  baseline: { events: 0, requests: 12 * seconds },
  seconds,
  limit,
  margins,
});

describe('what is undecided takes, at the rate at which its requests came,', () => {
  test('as long as its proof would: just then it is one', () => {
    const standing = standingAfter(60, 0);
    const left = secondsLeft(standing) ?? 0;
    const proofAt = (seconds: number): number => {
      const { canary, baseline } = standingAfter(seconds, 0);
      return logEvidence('acceptable', { canary, baseline, margin: 0.01 });
    };
    expect(left).toBeGreaterThan(0);
    expect(proofAt(60 + left + 1)).toBeGreaterThanOrEqual(limit);
    expect(proofAt(60 + left - 1)).toBeLessThan(limit);
  });

  test('less where more of it is bad, and no time in which proof is to be expected where it is at its margin', () => {
    expect(secondsLeft(standingAfter(60, 4)) ?? 0).toBeLessThan(secondsLeft(standingAfter(60, 3)) ?? 0);
    const at = { events: 300, requests: 10_000 };
    expect(
      secondsLeft({ canary: { ...at, events: 400 }, baseline: at, seconds: 60, limit, margins: { worse: 0.01, acceptable: 0.01 } }),
    ).toBeNull();
  });
});
