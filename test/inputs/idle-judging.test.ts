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

test('what to do at an end that cannot come is told', () => {
  const ending = (raw: RawInputs): readonly string[] => warnings({ ...canary, 'on-inconclusive': 'pass', ...raw });
  expect(ending({})).toEqual(['on-inconclusive has no effect without soak.']);
  expect(ending({ soak: '5m' })).toEqual([]);
  expect(ending({ metrics: 'errors' })).toEqual([]);
  expect(ending({ 'on-inconclusive': 'fail' })).toEqual([]);
  for (const strategy of ['none', 'recreate'])
    expect(warnings({ ...deploy, strategy, 'on-failure': 'reject' })).toEqual([
      `on-failure has no effect with strategy ${strategy}: what replaced the old version is taken back by a reject of its own.`,
    ]);
  expect(warnings({ ...deploy, strategy: 'none', 'on-failure': 'keep' })).toEqual([]);
  expect(warnings({ ...canary, 'on-failure': 'reject' })).toEqual([]);
});

test('blue-green says that it runs at full size, whatever number of pods is given', () => {
  const pair = { ...deploy, strategy: 'blue-green', 'baseline-and-canary-replicas': '2' };
  expect(warnings(pair)).toEqual([expect.stringMatching(/^baseline-and-canary-replicas has no effect with strategy blue-green/)]);
  expect(warnings({ ...pair, 'baseline-and-canary-replicas': '0' })).toEqual([]);
});
