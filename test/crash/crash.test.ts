import { describe, expect, test } from '@jest/globals';
import { crashes } from './crashes.ts';
import { tally } from './judge.ts';
import { sceneOf, settingsOf, spoken, ways } from './scene.ts';

/** The second crash comes at every so manieth step; the first at every one. */
const STRIDE = process.env.CRASH_FULL ? 6 : 90;

describe('a process that crashes twice', () => {
  test.each(ways.map(way => ({ name: spoken(way), way })))(
    'loses no request and leaves what one whole run leaves, or nothing when it is rejected: $name',
    ({ way }) => {
      const seen = tally();
      for (const [i, setting] of settingsOf(way).entries()) crashes(seen, sceneOf(7 + i, setting), way, STRIDE);
      process.stderr.write(`crash ${seen.cases}\n`);
      expect(seen.shown).toEqual([]);
      expect(seen.cases).toBeGreaterThan(100);
    },
    600_000,
  );
});
