import { describe, expect, test } from '@jest/globals';
import { tally } from './judge.ts';
import { upTo } from './process.ts';
import { begin, beginning, runningSettings, sceneOf } from './scene.ts';
import type { World } from './state.ts';
import { walk } from './walk.ts';
import { ways } from './ways.ts';
import { pass, tick } from './world.ts';

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

test('time that passes where the world stands still changes what it would change second by second', () => {
  const worlds = ways.flatMap((way, i): readonly World[] => {
    const setting = runningSettings(way)[i % runningSettings(way).length];
    if (setting === undefined) return [];
    const scene = sceneOf(i + 1, setting);
    return [1, 9, 17].map(steps => upTo(begin(scene, { action: 'deploy', release: 'v2', run: 1, way }), beginning(scene, way), steps)[1]);
  });
  const bySeconds = worlds.map(world => Array.from({ length: 100 }).reduce<World>(tick, world));
  expect(worlds.length).toBeGreaterThan(30);
  expect(bySeconds.some((after, i) => after.pods.length !== worlds[i]?.pods.length)).toBe(true);
  expect(worlds.map(world => pass(world, 100))).toEqual(bySeconds);
});
