import { describe, expect, test } from '@jest/globals';
import { crashes } from './crashes.ts';
import { tally } from './judge.ts';
import { sceneOf, settingsOf } from './scene.ts';
import { spoken, ways } from './ways.ts';

/** Every crash point in full; a sample of them otherwise. */
const STRIDES = process.env.CRASH_FULL ? { first: 1, second: 6 } : { first: 7, second: 30 };

describe('a process that crashes twice', () => {
  test.each(ways.map(way => ({ name: spoken(way), way })))(
    'loses no request and leaves what one whole run leaves, or nothing when it is rejected: $name',
    ({ way }) => {
      const seen = tally();
      for (const [i, setting] of settingsOf(way).entries()) crashes(seen, sceneOf(7 + i, setting), way, STRIDES);
      expect(seen.shown).toEqual([]);
      expect(seen.cases).toBeGreaterThan(100);
    },
    600_000,
  );
});
