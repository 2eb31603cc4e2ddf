import { expect, test } from '@jest/globals';
import { outputs } from '../../src/report/outputs.ts';
import { deployed } from './samples.ts';

test('an outcome is four outputs, the weights as JSON', () => {
  expect(outputs(deployed)).toEqual({
    status: 'deployed',
    release: 'abc1234567',
    weights: '{"stable":800,"baseline":100,"canary":100}',
    'canary-share': '10',
  });
});

test('an outcome without release has an empty one', () => {
  expect(outputs({ ...deployed, release: null, weights: {} })).toMatchObject({ release: '', weights: '{}' });
});
