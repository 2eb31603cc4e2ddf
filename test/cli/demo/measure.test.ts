import { describe, expect, test } from '@jest/globals';
import { between, compare, sharesOf } from '../../../cli/demo/measure.ts';
import type { Counts, PodCount } from '../../../src/simulation/index.ts';

const pod = (name: string, requests: number, errors = 0): PodCount => ({
  pod: name,
  image: 'demo/web:v1',
  labels: name.startsWith('canary') ? { 'kubernetes-rollout/variant': 'canary' } : {},
  requests,
  errors,
  mirrored: 0,
  latencyMilliseconds: 0,
});
const counts = (...pods: readonly PodCount[]): Counts => ({
  sent: pods.reduce((sum, { requests }) => sum + requests, 0),
  lost: 0,
  switched: 0,
  pods,
});

describe('a measured split', () => {
  // Of 10,000 requests at 10 % a standard deviation is 30.
  test.each([
    [1000, true],
    [1089, true],
    [911, true],
    [1091, false],
    [909, false],
  ])('with %d of 10,000 requests on a canary of 10 %% is near: %s', (requests, isWithin) => {
    const window = counts(pod('stable', 10_000 - requests), pod('canary', requests));
    expect(compare({ stable: 90, canary: 10 }, window).isWithin).toBe(isWithin);
  });

  test('at 0 % is exactly no request', () => {
    expect(compare({ stable: 100, canary: 0 }, counts(pod('stable', 5000))).isWithin).toBe(true);
    expect(compare({ stable: 100, canary: 0 }, counts(pod('stable', 5000), pod('canary', 1))).isWithin).toBe(false);
  });

  test('without any request proves nothing', () => {
    expect(compare({ stable: 100 }, counts()).isWithin).toBe(false);
  });

  test('counts what came within the window only, of pods that came in it too', () => {
    const window = between(counts(pod('stable', 100, 5)), counts(pod('stable', 160, 5), pod('canary', 40, 8)));
    expect(sharesOf(window)).toEqual({ stable: 60, canary: 40 });
    expect(compare({}, window).tallies).toMatchObject({ stable: { requests: 60, errors: 0 }, canary: { requests: 40, errors: 8 } });
  });
});
