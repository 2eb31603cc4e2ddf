import { describe, expect, test } from '@jest/globals';
import type { Routing, Split } from '../../src/model/stage.ts';
import { type Crowd, podCounts, shares } from '../../src/strategies/shares.ts';
import { aSplit } from '../build/facts.ts';

describe('the shares of the requests, on a scale of 1000', () => {
  test.each([
    [20, true, { stable: 800, baseline: 100, canary: 100 }],
    [45.9, true, { stable: 542, baseline: 229, canary: 229 }],
    [0.1, true, { stable: 1000, baseline: 0, canary: 0 }],
    [0, true, { stable: 1000, baseline: 0, canary: 0 }],
    [100, true, { stable: 0, baseline: 500, canary: 500 }],
    [20, false, { stable: 800, canary: 200 }],
    [0.1, false, { stable: 999, canary: 1 }],
    [28.7, false, { stable: 713, canary: 287 }],
    [100, false, { stable: 0, canary: 1000 }],
  ])('%d %% with baseline %s is %j', (percentage, baseline, expected) => {
    expect(shares({ percentage, baseline })).toEqual(expected);
  });

  test('always add up to everything', () => {
    for (let tenths = 0; tenths <= 1000; tenths++)
      for (const baseline of [true, false]) {
        const all = Object.values(shares({ percentage: tenths / 10, baseline }));
        expect([all.reduce((sum, share) => sum + share, 0), Math.min(...all) >= 0]).toEqual([1000, true]);
      }
  });
});

/** stable + baseline + canary */
function counted(split: Partial<Split>, crowd: number | Crowd, routing: Routing): string {
  const { stable, baseline, canary } = podCounts(
    aSplit(split),
    typeof crowd === 'number' ? { replicas: crowd, siblings: 0 } : crowd,
    routing,
  );
  return `${stable}+${baseline}+${canary}`;
}

describe('pods behind weights', () => {
  test.each([
    ['are the same share of stable’s', { percentage: 20 }, 10, '10+1+1'],
    ['are rounded up, so that a share is never short of pods', { percentage: 30 }, 10, '10+2+2'],
    ['are at least one, also in the dark', { percentage: 0 }, 3, '3+1+1'],
    ['are as many as the user says', { percentage: 20, variantReplicas: 4 }, 10, '10+4+4'],
  ])('%s', (_fact, split, replicas, expected) => {
    expect(counted(split, replicas, 'weights')).toBe(expected);
  });
});

describe('pods that are the split', () => {
  test.each([
    ['25 % beside three is one more', { percentage: 25, baseline: false }, 3, '3+0+1'],
    ['50 % beside three is three more', { percentage: 50, baseline: false }, 3, '3+0+3'],
    ['20 % with a baseline beside ten is one each', { percentage: 20 }, 10, '10+1+1'],
    ['a small share beside few is one', { percentage: 1, baseline: false }, 3, '3+0+1'],
    ['75 % shrinks stable to a third', { percentage: 75, baseline: false }, 3, '1+0+3'],
    ['above 50 % stable keeps one as long as it has a share', { percentage: 99, baseline: false }, 3, '1+0+3'],
    ['100 % leaves stable nothing', { percentage: 100, baseline: false }, 3, '0+0+3'],
    ['0 % is nobody', { percentage: 0, baseline: false }, 3, '3+0+0'],
  ])('%s', (_fact, split, replicas, expected) => {
    expect(counted(split, replicas, 'pods')).toBe(expected);
  });
});

describe('pods that are moved from stable', () => {
  test.each([
    ['25 % of four is one of them', { percentage: 25, baseline: false }, 4, '3+0+1'],
    ['50 % with a baseline of eight is two each', { percentage: 50 }, 8, '4+2+2'],
    ['100 % is all of them', { percentage: 100, baseline: false }, 4, '0+0+4'],
    ['stable keeps one as long as it has a share, though there is only one', { percentage: 25, baseline: false }, 1, '1+0+1'],
    ['stable keeps one also where baseline and canary would take both', { percentage: 20 }, 2, '1+1+1'],
  ])('%s', (_fact, split, replicas, expected) => {
    expect(counted({ ...split, pods: 'constant' }, replicas, 'pods')).toBe(expected);
  });
});

describe('pods that share their Service with those of others', () => {
  test.each([
    ['25 % beside three and six others is three', { percentage: 25, baseline: false }, { replicas: 3, siblings: 6 }, '3+0+3'],
    ['20 % with a baseline beside ten and ten others is three each', { percentage: 20 }, { replicas: 10, siblings: 10 }, '10+3+3'],
    ['50 % of everybody is as many as there are', { percentage: 50, baseline: false }, { replicas: 2, siblings: 2 }, '2+0+4'],
    ['above 50 % stable gives up what the others keep', { percentage: 60, baseline: false }, { replicas: 6, siblings: 2 }, '2+0+6'],
    [
      'constant, no more are moved than there are',
      { percentage: 50, baseline: false, pods: 'constant' },
      { replicas: 2, siblings: 6 },
      '1+0+1',
    ],
  ] as const)('%s', (_fact, split, crowd, expected) => {
    expect(counted(split, crowd, 'pods')).toBe(expected);
  });

  test('make no difference to pods behind weights', () => {
    expect(counted({ percentage: 20 }, { replicas: 10, siblings: 50 }, 'weights')).toBe('10+1+1');
  });
});
