import { describe, expect, test } from '@jest/globals';
import { isolate, isolationKeys, selectorLabels, variantLabels } from '../../src/manifests/isolate.ts';
import { at } from '../../src/manifests/json.ts';
import { picks } from '../../src/manifests/selectors.ts';
import type { JsonObject } from '../../src/model/kube.ts';

const labels = { app: 'web', tier: 'front', part: 'shop' };

describe('the fewest labels that keep the variants out', () => {
  test.each([
    ['one Service needs one label', [{ app: 'web' }], ['app']],
    [
      'two Services with a label in common need that one',
      [
        { app: 'web', tier: 'front' },
        { tier: 'front', part: 'shop' },
      ],
      ['tier'],
    ],
    ['one label for one Service leaks through a second', [{ app: 'web' }, { tier: 'front' }], ['app', 'tier']],
    ['a Service that does not pick stable asks for nothing', [{ app: 'api' }], []],
    ['a Service without selector asks for nothing', [{}], []],
    [
      'three Services in a ring need two labels',
      [
        { app: 'web', tier: 'front' },
        { tier: 'front', part: 'shop' },
        { app: 'web', part: 'shop' },
      ],
      ['app', 'part'],
    ],
    [
      'a Service that picks the value we would take is evaded by another label',
      [{ app: 'web', tier: 'front' }, { app: 'web-canary' }],
      ['tier'],
    ],
  ])('%s', (_fact, selectors, expected) => {
    expect(isolationKeys(labels, selectors)).toEqual(expected);
  });

  test('there are none where the only value is taken by a Service for canaries', () => {
    expect(isolationKeys({ app: 'web' }, [{ app: 'web' }, { app: 'web-canary' }])).toBeNull();
  });

  test('are found among more than twelve, though not always the fewest', () => {
    const many = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`key-${i}`, 'x']));
    const selectors = Object.keys(many).map(key => ({ [key]: 'x' }));
    const keys = isolationKeys(many, selectors) ?? [];
    expect(selectors.some(selector => picks(selector, variantLabels(many, 'canary', { keys })))).toBe(false);
  });
});

test('the name that the user gave a version keeps it out of every selector, too', () => {
  const selectors = [{ app: 'web' }, { app: 'web-v3' }];
  expect(isolationKeys({ app: 'web' }, selectors)).toEqual(['app']);
  expect(isolationKeys({ app: 'web' }, selectors, 'v3')).toBeNull();
});

describe("a variant's labels", () => {
  test('are stable’s but for the keys that isolate, and say which variant it is', () => {
    expect(variantLabels(labels, 'baseline', { keys: ['app'] })).toEqual({
      ...labels,
      app: 'web-baseline',
      'kubernetes-rollout/variant': 'baseline',
    });
  });

  test('are shared by canary and baseline where the data plane knows one canary', () => {
    expect(variantLabels(labels, 'baseline', { keys: ['app'], shared: true }).app).toBe('web-canary');
  });

  test('are legal where stable’s value is empty', () => {
    expect(variantLabels({ app: '' }, 'canary', { keys: ['app'] }).app).toBe('canary');
  });
});

describe("a variant's pod template", () => {
  const own = { matchLabels: { app: 'web' } };
  const other = { matchLabels: { app: 'cache' } };
  const term = (labelSelector: JsonObject) => ({ topologyKey: 'kubernetes.io/hostname', labelSelector });
  const template = {
    metadata: { labels, annotations: { note: 'kept' } },
    spec: {
      containers: [{ name: 'web', image: 'app:1' }],
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [term(own)],
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(own) }],
        },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(other)] },
      },
      topologySpreadConstraints: [term(own), term(other)],
    },
  };
  const canary = isolate(template, 'canary', { keys: ['app'] });
  const moved = { matchLabels: { app: 'web-canary' } };

  test('keeps away from its own kind where stable keeps away from its own', () => {
    expect(at(canary, 'spec.affinity.podAntiAffinity')).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: [term(moved)],
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(moved) }],
    });
  });

  test('spreads by its own pods, and stays near what stable stays near', () => {
    expect(at(canary, 'spec.topologySpreadConstraints')).toEqual([term(moved), term(other)]);
    expect(at(canary, 'spec.affinity.podAffinity')).toEqual({ requiredDuringSchedulingIgnoredDuringExecution: [term(other)] });
  });

  test('keeps everything else, and does not touch the one it was made from', () => {
    expect(at(canary, 'metadata.annotations')).toEqual({ note: 'kept' });
    expect(at(canary, 'spec.containers')).toEqual(template.spec.containers);
    expect(template.metadata.labels).toEqual({ app: 'web', tier: 'front', part: 'shop' });
  });

  test('has no affinity where stable has none', () => {
    expect(Object.keys(Object(isolate({ metadata: { labels }, spec: {} }, 'canary', { keys: [] }).spec))).toEqual([]);
  });
});

test('a selector by expressions alone has no plain labels', () => {
  expect(selectorLabels({ selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } })).toEqual({});
});
