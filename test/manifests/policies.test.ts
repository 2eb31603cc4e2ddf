import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import { policyCopy } from '../../src/manifests/policies.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { anObject } from '../build/any.ts';

const renamed = {
  role: 'canary',
  workload: 'web',
  stable: { app: 'web' },
  variant: { app: 'web-canary', 'kubernetes-rollout/variant': 'canary' },
} as const;
const web = { matchLabels: { app: 'web' } };
const canary = { matchLabels: { app: 'web-canary' } };
const db = { matchLabels: { app: 'db' } };

const networkPolicy = (spec: Json): KubeObject =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', 'policy').namespace('demo').field('spec', spec).build();
const budget = (selector: Json): KubeObject =>
  anObject('policy/v1', 'PodDisruptionBudget', 'web')
    .namespace('demo')
    .labels({ team: 'shop' })
    .field('spec', { minAvailable: 1, selector })
    .build();

describe('a PodDisruptionBudget', () => {
  test('over stable’s pods gets a copy over the variant’s', () => {
    expect(policyCopy(budget(web), renamed)).toEqual({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: {
        name: 'web-canary',
        namespace: 'demo',
        labels: { 'kubernetes-rollout/variant': 'canary', 'kubernetes-rollout/application': 'web' },
      },
      spec: { minAvailable: 1, selector: canary },
    });
  });

  test.each([
    ['of another application', db],
    ['over every pod', {}],
    ['that means the variant already', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }],
  ])('%s gets none', (_which, selector) => {
    expect(policyCopy(budget(selector), renamed)).toBeNull();
  });
});

describe('a NetworkPolicy', () => {
  test('for stable’s pods gets a copy with the same rules', () => {
    const rules = { policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: db }], ports: [{ port: 8080 }] }] };
    expect(policyCopy(networkPolicy({ podSelector: web, ...rules }), renamed)?.spec).toEqual({ podSelector: canary, ...rules });
  });

  test('of another application that lets stable in gets a copy that lets the variant in', () => {
    const copy = policyCopy(
      networkPolicy({ podSelector: db, ingress: [{ from: [{ podSelector: web }, { ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
      renamed,
    );
    expect(copy?.spec).toEqual({ podSelector: db, ingress: [{ from: [{ podSelector: canary }, { ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  });

  test('of another application that may call stable gets a copy that may call the variant', () => {
    const copy = policyCopy(networkPolicy({ podSelector: db, egress: [{ to: [{ podSelector: web }] }, {}] }), renamed);
    expect(at(copy, 'spec.egress')).toEqual([{ to: [{ podSelector: canary }] }, {}]);
  });

  test.each([
    ['all namespaces', {}],
    ['the namespace by its name', { matchLabels: { 'kubernetes.io/metadata.name': 'demo' } }],
  ])('that lets stable in from %s lets the variant in, too', (_from, namespaceSelector) => {
    const copy = policyCopy(networkPolicy({ podSelector: db, ingress: [{ from: [{ namespaceSelector, podSelector: web }] }] }), renamed);
    expect(at(copy, 'spec.ingress')).toEqual([{ from: [{ namespaceSelector, podSelector: canary }] }]);
  });

  test.each([
    [
      'that means pods of another namespace',
      {
        podSelector: db,
        ingress: [{ from: [{ podSelector: web, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }] }],
      },
    ],
    ['between others', { podSelector: db, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }] }] }],
    ['for every pod', { podSelector: {}, policyTypes: ['Ingress'] }],
  ])('%s gets none', (_which, spec) => {
    expect(policyCopy(networkPolicy(spec), renamed)).toBeNull();
  });
});
