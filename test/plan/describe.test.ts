import { describe, expect, test } from '@jest/globals';
import { trafficText } from '../../src/plan/operations/split-text.ts';
import { describe as said } from '../../src/plan/words/describe.ts';
import { aDeployment } from '../build/deployment.ts';
import { aService } from '../build/service.ts';

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

test('an apply names the images that it brings, and whose count of pods holds', () => {
  const object = aDeployment('web').namespace('demo').image('app:2').build();
  const apply = { do: 'apply', object, keepLive: [], force: false } as const;
  expect(said(apply)).toBe('apply Deployment demo/web (app:2)');
  expect(said({ ...apply, keepLive: ['spec.replicas'] })).toBe('apply Deployment demo/web (app:2; its live replicas stay)');
  expect(said({ ...apply, object: aService('web').namespace('demo').build() })).toBe('apply Service demo/web');
});

test('a wait without a time of its own says what it is for', () => {
  expect(said({ do: 'wait', seconds: 0, lanes: [] })).toBe('wait until every route is accepted');
  expect(said({ do: 'wait', seconds: 0, lanes: [], until: 'seen' })).toBe('look whether every route is accepted');
  expect(said({ do: 'wait', seconds: 0, lanes: [], until: 'nothing' })).toBe('go on without a wait for the data plane');
  expect(said({ do: 'wait', seconds: 2, lanes: [] })).toBe('wait 2 s for the data plane');
});
