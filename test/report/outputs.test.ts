import { describe, expect, test } from '@jest/globals';
import { outputsOf } from '../../src/report/outputs.ts';
import { deployed, standing } from './samples.ts';

const of = (more: Partial<typeof deployed>) => outputsOf({ type: 'outcome', outcome: { ...deployed, ...more } });

describe('the outputs', () => {
  test('of an outcome are four, the weights as JSON', () => {
    expect(of({})).toEqual({
      status: 'deployed',
      release: 'abc1234567',
      weights: '{"stable":800,"baseline":100,"canary":100}',
      'canary-share': '10',
    });
  });

  test('have the address of the application where one is known, for the environment of a job', () => {
    expect(of({ url: 'https://shop.example' })).toMatchObject({ url: 'https://shop.example' });
  });

  test('of an outcome without release have an empty one', () => {
    expect(of({ release: null, weights: {} })).toMatchObject({ release: '', weights: '{}' });
  });

  test('of a dry run say that it was planned: a step behind it must not take it for done', () => {
    expect(of({ dryRun: true })).toMatchObject({ status: 'planned' });
  });

  test('of a failure name its code and reason, and where the requests are', () => {
    const failed = { type: 'failed', code: 'NOT_READY', message: 'web-canary is not ready.', hint: '' } as const;
    expect(outputsOf(failed)).toEqual({ status: 'failed', code: 'NOT_READY', reason: 'web-canary is not ready.', traffic: 'unknown' });
    expect(outputsOf({ ...failed, standing: { ...standing, traffic: 'stable' } })).toMatchObject({ traffic: 'stable' });
    expect(outputsOf({ ...failed, standing })).toMatchObject({
      traffic: 'split',
      release: 'abc1234567',
      weights: '{"stable":800,"canary":200}',
    });
  });

  test('of a bug, and of an end without a word, are those of a failure', () => {
    expect(outputsOf(new Error('oops'))).toMatchObject({ status: 'failed', reason: 'oops' });
    expect(outputsOf(null)).toMatchObject({ status: 'failed' });
  });
});
