import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../src/model/stage.ts';
import { type Backend, carries, split, weightsOf } from '../../src/routers/backends.ts';

const LIMIT = 1_000_000;
const backend = (role: Role | null, weight: number, group = '80'): Backend => ({ role, weight, group, fields: {} });
const written = (backends: readonly Backend[]): readonly (readonly [Role | null, number])[] =>
  backends.map(({ role, weight }) => [role, weight]);

describe('a list of backends', () => {
  test('alone, the root gives its roles the shares themselves, whatever its own weight was', () => {
    expect(written(split([backend('stable', 7)], { stable: 900, canary: 100 }, LIMIT))).toEqual([
      ['stable', 900],
      ['canary', 100],
    ]);
  });

  test('beside another Service the root keeps its proportion to it', () => {
    const list = split([backend(null, 1), backend('stable', 3)], { stable: 900, canary: 100 }, LIMIT);
    expect(written(list)).toEqual([
      [null, 1000],
      ['stable', 2700],
      ['canary', 300],
    ]);
    expect(weightsOf(list)).toEqual({ stable: 900, canary: 100 });
  });

  test('splitting again does not let the numbers grow', () => {
    const once = split([backend(null, 20), backend('stable', 60)], { stable: 900, canary: 100 }, LIMIT);
    expect(split(once, { stable: 900, canary: 100 }, LIMIT)).toEqual(once);
    expect(written(once)[0]).toEqual([null, 1000]);
  });

  test('two ports of the root are split each for itself', () => {
    const list = split([backend('stable', 1, '80'), backend('stable', 1, '81')], { stable: 500, canary: 500 }, LIMIT);
    expect(list.map(({ role, group, weight }) => [role, group, weight])).toEqual([
      ['stable', '80', 500],
      ['canary', '80', 500],
      ['stable', '81', 500],
      ['canary', '81', 500],
    ]);
  });

  test('a root without weight gets no request and is left alone, unless a leaf stands beside it', () => {
    expect(carries([backend('stable', 0), backend(null, 1)])).toBe(false);
    expect(carries([backend('stable', 0), backend('canary', 1000)])).toBe(true);
  });

  test('weights that the API could not take are refused, and so are shares that are none', () => {
    expect(() => split([backend(null, 1), backend('stable', 1009)], { stable: 1000, canary: 0 }, LIMIT)).toThrow('1000000 at most');
    expect(() => split([backend('stable', 1)], { stable: 0, canary: 0 }, LIMIT)).toThrow(RangeError);
    expect(() => split([backend('stable', 1)], { stable: 1000.5 }, LIMIT)).toThrow(RangeError);
    expect(() => split([backend('stable', 1)], { stable: 1001, canary: -1 }, LIMIT)).toThrow(RangeError);
  });
});
