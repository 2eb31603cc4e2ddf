import { describe, expect, test } from '@jest/globals';
import { type Badness, badCanary } from './bad-canary.ts';
import { tally } from './judge.ts';
import { inARow } from './row.ts';
import { runningSettings, sceneOf, settingsOf } from './scene.ts';
import { spoken, ways } from './ways.ts';

const TIMES = process.env.CRASH_FULL ? 20 : 1;
const cases = ways.map(way => ({ name: spoken(way), way }));

describe('releases', () => {
  test.each(cases)(
    'follow one another and leave nothing behind: $name',
    ({ way }) => {
      const seen = tally();
      for (const [i, setting] of settingsOf(way).entries())
        for (let k = 0; k < TIMES; k++) inARow(seen, sceneOf(100 * i + k, setting), way);
      expect(seen.shown).toEqual([]);
      expect(seen.cases).toBeGreaterThan(5);
    },
    600_000,
  );
});

describe('a canary that is no good', () => {
  const all: readonly Badness[] = ['is never ready', 'fails its gate', 'dies'];
  test.each(cases)(
    'ends with all traffic on stable, is not promoted, and is taken back or followed: $name',
    ({ way }) => {
      const seen = tally();
      for (const badness of all)
        for (const [i, setting] of runningSettings(way).entries())
          for (let k = 0; k < TIMES; k++) badCanary(seen, sceneOf(100 * i + k, setting), way, badness);
      expect(seen.shown).toEqual([]);
      expect(seen.cases).toBeGreaterThan(5);
    },
    600_000,
  );
});
