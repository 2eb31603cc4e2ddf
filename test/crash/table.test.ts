import { describe, expect, test } from '@jest/globals';
import { strategies } from '../../src/strategies/index.ts';
import { someFacts } from '../build/facts.ts';
import { flows } from './kills/flows.ts';
import { families, strayNames, ways } from './ways.ts';

/** Whether a strategy runs a new version beside stable, or changes stable in place. */
const isBeside = (name: string): boolean =>
  strategies[name]?.stages('deploy', someFacts()).some(({ variants }) => variants.canary) ?? false;

describe.each(Object.keys(strategies))('%s, for being in the table', name => {
  const beside = isBeside(name);

  test(`${beside ? 'is' : 'has no steps to be'} crashed at every step, raced, and walked at random`, () => {
    expect(ways.some(({ strategy }) => strategy.name === name)).toBe(beside);
    expect(families.some(([{ strategy }]) => strategy.name === name)).toBe(beside);
  });

  test.each(['deploy', 'reject', ...(beside ? ['promote'] : [])])('is killed at every write of a %s', action => {
    const killed = flows.filter(({ victim }) => victim.inputs.strategy === name && victim.inputs.action === action);
    expect(killed).not.toEqual([]);
  });
});

test('no way is of a strategy that the table has not', () => {
  expect(strayNames).toEqual([]);
});
