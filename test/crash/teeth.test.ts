import { describe, expect, test } from '@jest/globals';
import { crashes } from './crashes.ts';
import { faults, races as racingFaults } from './faults.ts';
import { type Tally, tally, violations } from './judge.ts';
import { race, races } from './races.ts';
import { runningSettings, sceneOf } from './scene.ts';
import { ways } from './ways.ts';

/** In full every violation is counted; otherwise the first ones are enough. */
const IS_FULL = process.env.CRASH_FULL !== undefined;
const TIMES = IS_FULL ? 5 : 1;
const STRIDES = IS_FULL ? { first: 1, second: 9 } : { first: 3, second: 30 };
const isEnough = (seen: Tally): boolean => !IS_FULL && violations(seen) > 0;

describe('the checks see a planner that', () => {
  test.each(faults)(
    'makes a mistake: $name',
    fault => {
      const seen = tally();
      for (const way of ways.filter((_, i) => i % 4 === 0))
        for (const [i, setting] of runningSettings(way).entries())
          if (!isEnough(seen)) crashes(seen, sceneOf(7 + i, setting, fault), way, STRIDES);
      expect(violations(seen)).toBeGreaterThan(0);
    },
    600_000,
  );

  test.each(racingFaults)(
    'lets two pipelines into each other: $name',
    fault => {
      const seen = tally();
      for (const way of ways)
        for (const [i, what] of races.entries())
          for (const [j, setting] of runningSettings(way).entries())
            for (let k = 0; k < TIMES && !isEnough(seen); k++) race(seen, sceneOf(1000 * i + 50 * j + k, setting, fault), way, what);
      expect(violations(seen)).toBeGreaterThan(0);
    },
    600_000,
  );
});
