import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { canary, deploy, faults, warnings } from './parsed.ts';

describe('an analysis that would judge nothing', () => {
  test.each(['none', 'recreate', ''])('is a fault with strategy "%s": its deploy would be green, and never judged', strategy => {
    const none = { ...deploy, strategy };
    const why = new RegExp(`strategy ${strategy || 'none'} runs no new version beside the old one`);
    expect(faults({ ...none, soak: '5m' })).toEqual([expect.stringMatching(/^soak: /)]);
    expect(faults({ ...none, metrics: 'errors' })).toEqual([expect.stringMatching(why)]);
    expect(faults({ ...none, soak: '0' })).toEqual([]);
    expect(faults({ ...none, action: 'promote', soak: '5m', metrics: 'errors' })).toEqual([]);
  });

  test('is told at 0 %, where the new version gets no requests', () => {
    const idle = (raw: RawInputs) => warnings({ ...deploy, ...raw }).filter(text => text.includes('at 0 %'));
    expect(idle({ strategy: 'canary', percentage: '0', soak: '5m' })).toEqual([expect.stringMatching(/^soak has no effect at 0 %/)]);
    expect(idle({ strategy: 'blue-green', metrics: 'errors' })).toEqual([expect.stringMatching(/^metrics has no effect at 0 %/)]);
    expect(idle({ strategy: 'blue-green', percentage: '100', soak: '5m' })).toEqual([]);
    expect(idle({ strategy: 'canary', percentage: '0', match: 'cookie beta=1', soak: '5m' })).toEqual([]);
    expect(idle({ strategy: 'ab', match: 'cookie beta=1', soak: '5m' })).toEqual([]);
    expect(idle({ strategy: 'shadow', soak: '5m' })).toEqual([]);
  });

  test('is told of a limit that nothing reaches', () => {
    const limited = { ...canary, soak: '5m', 'soak-limit': '20m' };
    expect(warnings(limited)).toEqual(['soak-limit has no effect without on-inconclusive: extend.']);
    expect(warnings({ ...limited, 'on-inconclusive': 'extend' })).toEqual([]);
  });
});

test('blue-green says that it runs at full size, whatever number of pods is given', () => {
  const pair = { ...deploy, strategy: 'blue-green', 'baseline-and-canary-replicas': '2' };
  expect(warnings(pair)).toEqual([expect.stringMatching(/^baseline-and-canary-replicas has no effect with strategy blue-green/)]);
  expect(warnings({ ...pair, 'baseline-and-canary-replicas': '0' })).toEqual([]);
});
