import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decode, encode, recordName } from '../../src/manifests/record.ts';
import { templateOf } from '../../src/manifests/template.ts';
import { versionsOf } from '../../src/manifests/versions.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Rollout } from '../../src/model/record.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';

const stable = aDeployment('web').build();
const secret = anObject('v1', 'Secret', 'keys').namespace('demo').field('data', { password: 'aHVudGVyMg==' }).build();
const oldSecret = anObject('v1', 'Secret', 'keys').namespace('demo').field('data', { password: 'b2xkLW9uZQ==' }).build();

const rollout: Rollout = {
  workload: 'web',
  namespace: 'demo',
  application: 'shop',
  strategy: 'canary',
  router: 'smi',
  release: '0123456789',
  action: 'deploy',
  stage: '20%',
  done: false,
  percentage: 20,
  run: { id: 'run/1', name: 'run 1' },
  holder: { run: 'run/1', process: 'p', name: 'run 1' },
  renewedAt: 1_700_000_000_000,
  base: 'base',
  replicas: 3,
  replaced: null,
  services: ['web'],
  distinction: { keys: ['app'], copies: [] },
  originals: { stable, routes: [], others: [oldSecret] },
  tested: { release: '0123456789', files: [stable, secret], template: templateOf(stable) },
  created: [],
};

/** A template with so many kilobytes of environment that no compression makes smaller. */
const heavy = (kilobytes: number): KubeObject =>
  aDeployment('web')
    .field('spec.template.spec.containers', [{ name: 'web', env: [{ name: 'A', value: randomBytes(kilobytes * 750).toString('base64') }] }])
    .build();

describe('a record', () => {
  test('says the same when it is read again', () => {
    const { configMap, secret: hidden } = encode(rollout);
    expect(decode(configMap, hidden)).toEqual(rollout);
  });

  test('says the same of every version, Secrets too, and keeps those out of its ConfigMap', () => {
    const others = versionsOf({ ...rollout, variant: 'b', release: 'v3' });
    const several: Rollout = { ...rollout, variant: 'a', others };
    const { configMap, secret: hidden } = encode(several);
    expect(decode(configMap, hidden)).toEqual(several);
    expect(decode(configMap, null)?.others?.[0]?.tested?.files).toEqual([stable]);
  });

  test('is unpacked once while only its claim is renewed', () => {
    const { configMap, secret: hidden } = encode(rollout);
    const renewed = encode({ ...rollout, renewedAt: rollout.renewedAt + 20_000 });
    expect(decode(renewed.configMap, renewed.secret)?.originals.stable).toBe(decode(configMap, hidden)?.originals.stable);
  });

  test('keeps Secrets of files and originals out of its ConfigMap', () => {
    const { configMap, secret: hidden } = encode(rollout);
    expect([decode(configMap, null)?.tested?.files, decode(configMap, null)?.originals.others]).toEqual([[stable], []]);
    expect(hidden).toMatchObject({ kind: 'Secret', metadata: configMap.metadata });
    expect(configMap.data?.secrets).toBe('true');
  });

  test('has no Secret where there is nothing to hide', () => {
    const plain = { ...rollout, originals: { ...rollout.originals, others: [] }, tested: null };
    expect([encode(plain).secret, encode(plain).configMap.data?.secrets]).toEqual([null, 'false']);
  });

  test('can be read by a person as far as it is small, and names its holder apart, so that a renewal is one field', () => {
    const { data } = encode(rollout).configMap;
    expect(JSON.parse(data?.rollout ?? '')).toMatchObject({ stage: '20%', run: { name: 'run 1' } });
    expect([data?.renewedAt, JSON.parse(data?.holder ?? '')]).toEqual(['1700000000000', rollout.holder]);
  });

  test('takes a template of 150 kB twice: the original and the tested one', () => {
    const large = heavy(150);
    const next = { ...large, spec: { ...large.spec, replicas: 4 } };
    const both: Rollout = {
      ...rollout,
      originals: { ...rollout.originals, stable: large },
      tested: { release: 'r', files: [next], template: templateOf(next) },
    };
    const { configMap } = encode(both);
    expect(JSON.stringify(configMap).length).toBeLessThan(220_000);
    expect(decode(configMap, encode(both).secret)).toEqual(both);
  });

  test('refuses what the API server would not store, and names the workload', () => {
    expect(() => encode({ ...rollout, originals: { ...rollout.originals, stable: heavy(1100) } })).toThrow(
      expect.objectContaining({ code: 'RECORD_TOO_LARGE', message: expect.stringContaining('Deployment demo/web') }),
    );
  });

  test('refuses Secrets that the API server would not store', () => {
    const large = anObject('v1', 'Secret', 'keys')
      .field('data', { key: randomBytes(900_000).toString('base64') })
      .build();
    expect(() => encode({ ...rollout, originals: { ...rollout.originals, others: [large] } })).toThrow(
      expect.objectContaining({ code: 'RECORD_TOO_LARGE' }),
    );
  });
});

test('a ConfigMap of the user’s by that name is no record', () => {
  const { configMap } = encode(rollout);
  expect(decode({ ...configMap, metadata: { name: recordName('web'), namespace: 'demo' } }, null)).toBeNull();
  expect(decode({ ...configMap, data: {} }, null)).toBeNull();
});
