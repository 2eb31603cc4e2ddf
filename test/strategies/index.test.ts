import { describe, expect, test } from '@jest/globals';
import type { Action, Facts } from '../../src/model/stage.ts';
import { strategies } from '../../src/strategies/index.ts';
import { aSplit, someFacts } from '../build/facts.ts';
import { said } from './said.ts';

const stages = (strategy: string, action: Action, more: Partial<Facts> = {}) =>
  strategies[strategy] ? said(strategies[strategy].stages(action, someFacts(more))) : ['no such strategy'];

test('a strategy is found by the name that it bears', () => {
  expect(Object.entries(strategies).filter(([name, strategy]) => name !== strategy.name)).toEqual([]);
});

describe('blue-green', () => {
  test('stands by at full size without a request', () => {
    expect(stages('blue-green', 'deploy', { split: aSplit({ percentage: 0 }) })).toEqual([
      'standing-by: stable keep, canary next 10 | stable 1000 canary 0 | route',
    ]);
  });

  test('switches everything at 100 %', () => {
    expect(stages('blue-green', 'deploy', { split: aSplit({ percentage: 100 }) })).toEqual([
      'switched: stable keep, canary next 10 | stable 0 canary 1000 | route, share',
    ]);
  });

  test('promotes by the switch, the user’s delay behind it', () => {
    expect(stages('blue-green', 'promote', { open: 'ours' })).toEqual([
      'shift-to-canary: stable keep, canary next 10 | stable 0 canary 1000 | switch-delay',
      'replace-stable: stable next 10, canary keep | unchanged',
      'settle: stable next 10 | original | closes',
    ]);
  });
});

describe('A/B', () => {
  const match = [{ kind: 'cookie', name: 'beta', value: '1', how: 'exact' }] as const;

  test('gives the canary what matches and nothing else, at full size unless a percentage sizes it', () => {
    expect(stages('ab', 'deploy', { split: aSplit({ percentage: 0, match }) })).toEqual([
      'matched: stable keep, canary next 10 | stable 1000 canary 0, match cookie beta | route',
    ]);
    expect(stages('ab', 'deploy', { split: aSplit({ percentage: 30, match }) })[0]).toContain('canary next 3 ');
  });
});

describe('shadow', () => {
  test('copies requests to a canary of stable’s size', () => {
    expect(stages('shadow', 'deploy', { split: aSplit({ mirrorPercentage: 25 }) })).toEqual([
      'mirrored: stable keep, canary next 10 | stable 1000, mirror 25 to canary | route',
    ]);
  });

  test('leaves other versions their copies, and a reject that names it too', () => {
    const beside = { variant: 'b', others: { a: 100, failed: 0 } };
    expect(stages('shadow', 'deploy', { ...beside, split: aSplit({ mirrorPercentage: 25 }) })).toEqual([
      'mirrored: stable keep, canary next 10, beside a, failed | stable 1000, mirror 100 to a, mirror 25 to b | route',
    ]);
    expect(stages('shadow', 'reject', { ...beside, open: 'ours' })).toEqual([
      'back-to-stable: stable keep, beside a, failed | stable 1000, mirror 100 to a',
    ]);
    expect(stages('shadow', 'retreat', { ...beside, routed: true })).toEqual([
      'retreat: stable keep, baseline keep, canary keep, beside a, failed | stable 1000, mirror 100 to a',
    ]);
  });

  test('takes the size that the user gives', () => {
    expect(stages('shadow', 'deploy', { split: aSplit({ variantReplicas: 2 }) })[0]).toContain('canary next 2 ');
  });
});

describe('recreate', () => {
  test('stops the old version before the new one starts', () => {
    expect(stages('recreate', 'deploy')).toEqual(['start: stable next 10 | unchanged | alone, closes']);
  });

  test('ends what stands beside the old version with it', () => {
    expect(stages('recreate', 'deploy', { open: 'theirs' })).toEqual([
      'stop: stable current 0 | original | alone',
      'start: stable next 10 | original | alone, closes',
    ]);
  });

  test('starts what is not there, and what is there only anew when it differs', () => {
    expect(stages('recreate', 'deploy', { stable: 'absent' })).toEqual(['start: stable next 10 | unchanged | alone, closes']);
    expect(stages('recreate', 'deploy', { stable: 'same' })).toEqual([]);
  });

  test('has nothing to promote', () => {
    expect(stages('recreate', 'promote', { open: 'ours' })).toEqual([]);
  });

  test('goes back to the template before, and takes a first release away', () => {
    expect(stages('recreate', 'reject', { open: 'ours' })).toEqual(['undo: stable previous 10 | unchanged | alone, closes']);
    expect(stages('recreate', 'reject', { open: 'ours', stable: 'created' })).toEqual(['withdraw: nothing | original | closes']);
    expect(stages('recreate', 'reject')).toEqual([]);
  });

  test('leaves what failed for a look', () => {
    expect(stages('recreate', 'retreat')).toEqual(['retreat: stable keep | unchanged']);
  });
});

test('a plain deploy opens nothing', () => {
  expect((['deploy', 'promote', 'reject', 'retreat'] as const).flatMap(action => stages('none', action))).toEqual([]);
});
