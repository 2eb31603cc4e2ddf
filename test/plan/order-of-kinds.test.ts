import { describe, expect, test } from '@jest/globals';
import { comesFirst, isInert, isKept, waves } from '../../src/plan/world/order-of-kinds.ts';
import { anObject } from '../build/any.ts';

const all = [
  'ValidatingWebhookConfiguration',
  'APIService',
  'Ingress',
  'Deployment',
  'Certificate',
  'ExternalSecret',
  'Service',
  'HTTPRoute',
  'ConfigMap',
  'CustomResourceDefinition',
  'StatefulSet',
  'Namespace',
  'HorizontalPodAutoscaler',
].map(kind => anObject('v1', kind, 'it').build());

test('files are applied in waves: namespaces, definitions, what is referred to, workloads, what acts on them, what the API server asks', () => {
  expect(waves(all).map(wave => wave.map(({ kind }) => kind))).toEqual([
    ['Namespace'],
    ['CustomResourceDefinition'],
    ['ExternalSecret', 'Service', 'ConfigMap'],
    ['Deployment', 'StatefulSet'],
    ['Ingress', 'Certificate', 'HTTPRoute', 'HorizontalPodAutoscaler'],
    ['ValidatingWebhookConfiguration', 'APIService'],
  ]);
});

describe.each([
  ['ConfigMap', { inert: true, kept: false, first: true }],
  ['PersistentVolumeClaim', { inert: true, kept: true, first: true }],
  ['Namespace', { inert: true, kept: true, first: true }],
  ['NetworkPolicy', { inert: false, kept: false, first: true }],
  ['Ingress', { inert: false, kept: false, first: false }],
  ['HorizontalPodAutoscaler', { inert: false, kept: false, first: false }],
  ['StatefulSet', { inert: false, kept: false, first: false }],
])('a %s', (kind, expected) => {
  const object = anObject('v1', kind, 'it').build();

  test(expected.inert ? 'may be there before anything refers to it' : 'acts by its being there, so deploy leaves it to promote', () => {
    expect(isInert(object)).toBe(expected.inert);
  });

  test(
    expected.kept ? 'may hold data: it is left when a first release is taken back' : 'goes with a first release that is taken back',
    () => {
      expect(isKept(object)).toBe(expected.kept);
    },
  );

  test(expected.first ? 'is there before the workload starts' : 'comes with or behind the workload', () => {
    expect(comesFirst(object)).toBe(expected.first);
  });
});
