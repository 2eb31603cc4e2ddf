import { describe, expect, test } from '@jest/globals';
import { configurationCopy, isSameConfiguration, mentionCopies, mentions, nameOfCopy } from '../../src/manifests/configuration.ts';
import { at } from '../../src/manifests/json.ts';
import type { JsonObject, KubeObject } from '../../src/model/kube.ts';
import { anObject } from '../build/any.ts';

/** One pod template per place of the Pod API that names a ConfigMap or a Secret. */
const places: readonly (readonly [string, 'ConfigMap' | 'Secret', JsonObject])[] = [
  ['envFrom', 'ConfigMap', { containers: [{ envFrom: [{ configMapRef: { name: 'it' } }] }] }],
  ['envFrom', 'Secret', { containers: [{ envFrom: [{ secretRef: { name: 'it' } }] }] }],
  ['env', 'ConfigMap', { containers: [{ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'it', key: 'a' } } }] }] }],
  ['env', 'Secret', { containers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'it', key: 'a' } } }] }] }],
  ['env of an init container', 'Secret', { initContainers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'it', key: 'a' } } }] }] }],
  ['a volume', 'ConfigMap', { volumes: [{ name: 'v', configMap: { name: 'it' } }] }],
  ['a volume', 'Secret', { volumes: [{ name: 'v', secret: { secretName: 'it' } }] }],
  ['a projected volume', 'ConfigMap', { volumes: [{ name: 'v', projected: { sources: [{ configMap: { name: 'it' } }] } }] }],
  ['a projected volume', 'Secret', { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 'it' } }] } }] }],
  ['a CSI volume', 'Secret', { volumes: [{ name: 'v', csi: { driver: 'd', nodePublishSecretRef: { name: 'it' } } }] }],
  ['an Azure file share', 'Secret', { volumes: [{ name: 'v', azureFile: { secretName: 'it', shareName: 's' } }] }],
  ['imagePullSecrets', 'Secret', { imagePullSecrets: [{ name: 'it' }, { name: 'other' }] }],
];

describe.each(places)('%s names a %s', (_place, kind, spec) => {
  const template = { metadata: { labels: { app: 'web' } }, spec };

  test('which is found', () => {
    expect(mentions(template)).toContainEqual({ kind, name: 'it' });
  });

  test('and the canary names its copy', () => {
    const copied = mentionCopies(template, [{ kind, name: 'it' }]);
    expect(mentions(copied)).toContainEqual({ kind, name: 'it-canary' });
    expect(mentions(copied)).not.toContainEqual({ kind, name: 'it' });
  });

  test('and nothing else is rewritten for a copy of another kind or name', () => {
    const other = kind === 'Secret' ? 'ConfigMap' : 'Secret';
    expect(
      mentionCopies(template, [
        { kind: other, name: 'it' },
        { kind, name: 'its' },
      ]),
    ).toEqual(template);
  });
});

test('an object that is mentioned twice is one mention', () => {
  const env = { envFrom: [{ configMapRef: { name: 'it' } }] };
  expect(mentions({ spec: { containers: [env, env] } })).toEqual([{ kind: 'ConfigMap', name: 'it' }]);
});

test('labels that are called like a place mention nothing', () => {
  expect(mentions({ metadata: { labels: { secret: 'it', configMap: 'it' } }, spec: {} })).toEqual([]);
});

describe("the canary's copy", () => {
  const secret: KubeObject = anObject('v1', 'Secret', 'keys')
    .namespace('demo')
    .uid('1')
    .labels({ team: 'shop' })
    .annotations({ note: 'the user’s' })
    .field('type', 'kubernetes.io/tls')
    .field('data', { a: 'YQ==' })
    .build();
  const copy = configurationCopy(secret, { name: nameOfCopy({ kind: 'Secret', name: 'keys' }), workload: 'web' });

  test('holds the same, under a name and labels of ours', () => {
    expect(copy).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'keys-canary',
        namespace: 'demo',
        labels: { 'kubernetes-rollout/variant': 'canary', 'kubernetes-rollout/application': 'web' },
      },
      type: 'kubernetes.io/tls',
      data: { a: 'YQ==' },
    });
  });

  test('has no field that the original lacks', () => {
    expect(at(copy, 'binaryData')).toBeUndefined();
    expect(Object.keys(copy)).not.toContain('immutable');
  });
});

describe('two Secrets or ConfigMaps hold the same', () => {
  const secret = anObject('v1', 'Secret', 'keys');

  test.each([
    ['when one is written as text', secret.field('stringData', { a: 'a' }).build(), secret.field('data', { a: 'YQ==' }).build(), true],
    [
      'when text overrules what is encoded',
      secret.field('data', { a: 'eA==' }).field('stringData', { a: 'a' }).build(),
      secret.field('data', { a: 'YQ==' }).build(),
      true,
    ],
    ['when one has no data and the other an empty map', secret.build(), secret.field('data', {}).build(), true],
    ['but not when a value differs', secret.field('data', { a: 'YQ==' }).build(), secret.field('data', { a: 'Yg==' }).build(), false],
    ['but not when binary data differs', secret.field('binaryData', { a: 'YQ==' }).build(), secret.build(), false],
  ])('%s', (_fact, a, b, expected) => {
    expect(isSameConfiguration(a, b)).toBe(expected);
  });
});
