import { describe, expect, test } from '@jest/globals';
import { foreignInputs } from '../../src/inputs/foreign.ts';
import type { Dialect } from '../../src/inputs/input.ts';
import { inputsOf, namesOf, nearest, spelling } from '../../src/inputs/names.ts';

describe.each<Dialect>(['github', 'azure'])('the names on %s', dialect => {
  const names = inputsOf(dialect).flatMap(([name]) => namesOf(name, dialect).map(each => each.toLowerCase()));

  test('mean one input each', () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('are not also names of inputs that we do not have', () => {
    expect(foreignInputs(dialect).filter(({ name }) => names.includes(name.toLowerCase()))).toEqual([]);
  });
});

test('are kebab-case on GitHub, camelCase on Azure and options in the terminal', () => {
  expect(spelling('baseline-and-canary-replicas', 'github')).toBe('baseline-and-canary-replicas');
  expect(spelling('baseline-and-canary-replicas', 'azure')).toBe('baselineAndCanaryReplicas');
  expect(spelling('dry-run', 'terminal')).toBe('--dry-run');
  expect(spelling('images', 'azure')).toBe('containers');
  expect(spelling('timeout', 'azure')).toBe('rolloutStatusTimeout');
});

test('the nearest name is the one with the fewest edits, and none when all are far', () => {
  expect(nearest('manfests', ['images', 'manifests'])).toBe('manifests');
  expect(nearest('drian', ['drain', 'strategy'])).toBe('drain');
  expect(nearest('environment', ['drain', 'strategy', 'namespace'])).toBeNull();
  expect(nearest('x', [])).toBeNull();
});
