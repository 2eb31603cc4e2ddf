import { describe, expect, test } from '@jest/globals';
import { crashes } from './crashes.ts';
import { faults, races as racingFaults } from './faults.ts';
import { tally, violations } from './judge.ts';
import { race, races } from './races.ts';
import { runningSettings, sceneOf, ways } from './scene.ts';

const TIMES = process.env.CRASH_FULL ? 5 : 1;
const STRIDE = process.env.CRASH_FULL ? 9 : 60;

describe('the checks see a planner that', () => {
  test.each(faults)(
    'makes a mistake: $name',
    fault => {
      const seen = tally();
      for (const way of ways.filter((_, i) => i % 3 === 0))
        for (const [i, setting] of runningSettings(way).entries()) crashes(seen, sceneOf(7 + i, setting, fault), way, STRIDE);
      process.stderr.write(`teeth ${fault.name}: ${violations(seen)} of ${seen.cases} ${JSON.stringify(seen.found)}\n`);
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
            for (let k = 0; k < TIMES; k++) race(seen, sceneOf(1000 * i + 50 * j + k, setting, fault), way, what);
      process.stderr.write(`teeth ${fault.name}: ${violations(seen)} of ${seen.cases} ${JSON.stringify(seen.found)}\n`);
      expect(violations(seen)).toBeGreaterThan(0);
    },
    600_000,
  );
});
