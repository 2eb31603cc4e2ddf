import { describe, expect, test } from '@jest/globals';
import { tally } from './judge.ts';
import { race, races } from './races.ts';
import { runningSettings, sceneOf } from './scene.ts';
import { spoken, ways } from './ways.ts';

const TIMES = process.env.CRASH_FULL ? 10 : 1;

describe('two pipelines at once', () => {
  test.each(ways.map(way => ({ name: spoken(way), way })))(
    'leave what one of them alone would leave, also when claims lapse: $name',
    ({ way }) => {
      const seen = tally();
      for (const [i, what] of races.entries()) {
        const settings = what.isFirst ? [{ lanes: { web: 'none' as const } }] : runningSettings(way);
        for (const [j, setting] of settings.entries())
          for (let k = 0; k < TIMES; k++) race(seen, sceneOf(1000 * i + 50 * j + k, setting), way, what);
      }
      expect(seen.shown).toEqual([]);
      expect(seen.cases).toBeGreaterThan(10);
    },
    600_000,
  );
});
