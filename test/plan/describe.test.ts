import { describe, expect, test } from '@jest/globals';
import { trafficText } from '../../src/plan/describe.ts';

describe('how requests are split is told', () => {
  test.each([
    [{ weights: { stable: 900, canary: 100 } }, 'stable 900, canary 100'],
    [
      { weights: { stable: 1000, canary: 0 }, match: [{ kind: 'header', name: 'x-beta', value: 'always', how: 'exact' }] },
      'stable 1000, canary 0, requests with header x-beta=always to canary',
    ],
    [{ weights: { stable: 1000 }, mirrors: { v3: 40 } }, 'stable 1000, 40 % copied to v3'],
    [{ weights: { stable: 800, canary: 200 }, affinity: 'cookie' }, 'stable 800, canary 200, users kept by cookie'],
  ] as const)('%j: %s', (traffic, words) => {
    expect(trafficText(traffic)).toBe(words);
  });
});
