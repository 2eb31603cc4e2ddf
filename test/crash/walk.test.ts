import { describe, expect, test } from '@jest/globals';
import { tally } from './judge.ts';
import { walk } from './walk.ts';

const WALKS = process.env.CRASH_FULL ? 600 : 60;

describe('a random walk over all actions', () => {
  test('never ends where nobody can go back, and loses no request', () => {
    const seen = tally();
    for (let seed = 1; seed <= WALKS; seed++) walk(seen, seed, false);
    expect(seen.shown).toEqual([]);
    expect(seen.cases).toBe(WALKS);
  }, 600_000);

  test('never ends where nobody can go back, also with somebody else writing in between', () => {
    const seen = tally();
    for (let seed = 1001; seed <= 1000 + WALKS; seed++) walk(seen, seed, true);
    expect(seen.shown).toEqual([]);
    expect(seen.cases).toBe(WALKS);
  }, 600_000);
});
