import { describe, expect, test } from '@jest/globals';
import { matches, picks, retarget } from '../../src/manifests/selectors.ts';

const labels = { app: 'web', tier: 'front' };

describe("a Service's selector", () => {
  test.each([
    ['picks pods that have all its labels', { app: 'web' }, true],
    ['picks no pod that lacks one of them', { app: 'web', track: 'stable' }, false],
    ['that is empty picks nothing: its endpoints are made by hand', {}, false],
  ])('%s', (_fact, selector, expected) => {
    expect(picks(selector, labels)).toBe(expected);
  });
});

describe('a LabelSelector', () => {
  test.each([
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'api' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, true],
    [{ matchExpressions: [{ key: 'track', operator: 'In', values: ['stable'] }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [{ matchExpressions: [{ key: 'track', operator: 'NotIn', values: ['stable'] }] }, true],
    [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
    [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'track', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'Like', values: ['web'] }] }, false],
  ])('%j matches app=web,tier=front: %s', (selector, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });
});

describe('a selector that follows the pods to new labels', () => {
  const to = { app: 'web-canary', tier: 'front' };

  test('names the new value where it named the old one, and leaves the rest', () => {
    const selector = {
      matchLabels: { app: 'web', tier: 'front' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }],
    };
    expect(retarget(selector, labels, to)).toEqual({
      matchLabels: { app: 'web-canary', tier: 'front' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web-canary'] }],
    });
  });

  test('keeps an expression without values as it is', () => {
    const selector = { matchExpressions: [{ key: 'tier', operator: 'Exists' }] };
    expect(retarget(selector, labels, to)).toEqual(selector);
  });

  test('matches the pods that the old one matched', () => {
    for (const selector of [{ matchLabels: { app: 'web' } }, { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }]) {
      expect([matches(selector, to), matches(retarget(selector, labels, to), to)]).toEqual([false, true]);
    }
  });
});
