/** A colleague who may only write ConfigMaps forges the record; the pipeline runs with all rights. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { decode, encode } from '../../src/manifests/record.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Rollout } from '../../src/model/record.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const RECORD = '/api/v1/namespaces/{ns}/configmaps/web-rollout';
const binding = (name: string, namespace?: string): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name, ...(namespace ? { namespace } : {}) },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'User', name: 'colleague', apiGroup: 'rbac.authorization.k8s.io' }],
});
const BINDING = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/owned';
const secretIn = (namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'precious', namespace },
  data: { key: 'MQ==' },
});
const PRECIOUS = '/api/v1/namespaces/{ns}/secrets/precious';

let bed: Bed;
let told: string[];
beforeEach(async () => {
  bed = await openBed(stage, web('v1'));
  told = [];
  expect(await act('deploy', [...web('v2'), config('settings')])).toBe('deployed');
});

async function act(action: string, files: readonly KubeObject[] = [], more: RawInputs = {}): Promise<string> {
  const inputs = {
    strategy: 'canary',
    'traffic-split-method': 'smi',
    action,
    ...(action === 'deploy' ? { percentage: '20' } : {}),
    ...more,
  };
  const onEvent = (event: Event): void =>
    void ((event.type === 'notice' && told.push(event.text)) || (event.type === 'failed' && told.push(event.message)));
  return said(await bed.act(inputs, files, { onEvent }));
}

const stored = async (): Promise<KubeObject> => (await bed.api.send('GET', RECORD)).body as unknown as KubeObject;

/** Patches the ConfigMap as its forger would. */
async function forge(change: (rollout: Rollout) => Rollout): Promise<void> {
  const rollout = decode(await stored(), null);
  if (!rollout) throw new Error('no record');
  const { data, binaryData } = encode(change(rollout)).configMap;
  await bed.api.send('PATCH', RECORD, { data, binaryData }, 'application/merge-patch+json');
}

const code = async (path: string): Promise<number> => (await bed.api.send('GET', path)).code;

describe('promote without files', () => {
  test.each([
    ['of the cluster', binding('owned')],
    ['that names the namespace', 'namespaced'],
    ['in another namespace', { ...secretIn('default'), metadata: { name: 'forged', namespace: 'default' } }],
    [
      'that the namespace’s tokens come from',
      { ...secretIn('NS'), type: 'kubernetes.io/service-account-token', metadata: { name: 'forged', namespace: 'NS' } },
    ],
    [
      'of a role',
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'forged', namespace: 'NS' }, rules: [] } as KubeObject,
    ],
  ])('leaves a forged file %s, names it, and goes on', async (_, given) => {
    const { namespace } = bed.api;
    const object = given === 'namespaced' ? binding('owned', namespace) : (given as KubeObject);
    const { metadata } = object;
    const placed = metadata.namespace === 'NS' ? { ...object, metadata: { ...metadata, namespace } } : object;
    await forge(rollout => ({
      ...rollout,
      tested: rollout.tested && { ...rollout.tested, files: [...rollout.tested.files.filter(({ kind }) => kind !== 'Secret'), placed] },
    }));
    // The Secret that encode sets apart is out of the forger's reach: he puts it among the open files.
    expect(await act('promote')).toBe('promoted');
    const paths = [BINDING, '/api/v1/namespaces/default/secrets/forged', '/api/v1/namespaces/{ns}/secrets/forged'];
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles/forged';
    expect(await Promise.all([...paths, roles].map(code))).toEqual([404, 404, 404, 404]);
    if (object.kind !== 'Secret') expect(told.join('\n')).toContain(`${object.metadata.name} is left as it is`);
  });
});

describe('reject', () => {
  test('makes nothing of a forged original that gives rights, names it, and goes on', async () => {
    await forge(rollout => ({
      ...rollout,
      begun: true,
      originals: { ...rollout.originals, others: [binding('owned', bed.api.namespace), binding('owned')] },
    }));
    expect(await act('reject')).toBe('rejected');
    expect(await code(BINDING)).toBe(404);
    expect(told.join('\n')).toMatch(/ClusterRoleBinding (\S+\/)?owned is not restored/);
  });

  test('removes nobody’s Secret, whatever uid the record has, here and elsewhere', async () => {
    const here = (await bed.api.send('POST', '/api/v1/namespaces/{ns}/secrets', secretIn(bed.api.namespace))).body as unknown as KubeObject;
    const there = (await bed.api.send('POST', '/api/v1/namespaces/default/secrets', secretIn('default'))).body as unknown as KubeObject;
    const made = [here, there].map(({ metadata: { uid = '', namespace = '' } }) => ({
      ref: { apiVersion: 'v1', kind: 'Secret', namespace, name: 'precious' },
      uid,
    }));
    await forge(rollout => ({ ...rollout, created: [...rollout.created, ...made] }));
    expect(await act('reject')).toBe('rejected');
    expect([await code(PRECIOUS), await code('/api/v1/namespaces/default/secrets/precious')]).toEqual([200, 200]);
    expect(await code('/api/v1/namespaces/{ns}/configmaps/settings')).toBe(404);
    expect(told.join('\n')).toContain('Secret default/precious stays');
    expect(told.join('\n')).toContain(`Secret ${bed.api.namespace}/precious stays`);
    await bed.api.send('DELETE', '/api/v1/namespaces/default/secrets/precious');
  });

  test('removes no Deployment that only the name of a forged version makes one of the rollout’s', async () => {
    const [own] = web('v1');
    const other = { ...own, metadata: { name: 'web-admin' } };
    await bed.api.send('POST', '/apis/apps/v1/namespaces/{ns}/deployments', other);
    await forge(({ originals, ...rollout }) => {
      const { workload: _w, namespace: _n, application: _a, strategy: _s, router: _r, services: _v, ...version } = rollout;
      return {
        ...rollout,
        originals,
        strategy: 'shadow',
        others: [{ ...version, variant: 'admin', run: { id: 'pipeline/1', name: 'run 1' } }],
      };
    });
    await act('reject');
    expect(await code('/apis/apps/v1/namespaces/{ns}/deployments/web-admin')).toBe(200);
  });
});

describe('a record that cannot be read', () => {
  const broken: readonly (readonly [string, unknown])[] = [
    ['is not JSON', '{'],
    ['is null', 'null'],
    ['is a list', '[]'],
    ['is a number', '7'],
  ];
  const write = (data: unknown) => bed.api.send('PATCH', RECORD, { data }, 'application/merge-patch+json');

  test.each(broken)('since it %s bars its own workload’s way, and says where it is', async (_, rollout) => {
    await write({ rollout });
    const before = await bed.snapshot();
    for (const action of ['deploy', 'promote', 'reject']) expect(await act(action, web('v2'))).toBe('RECORD_BROKEN');
    for (const action of ['promote', 'reject']) expect(await act(action)).toBe('RECORD_BROKEN');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('is nothing to the other workloads of the namespace', async () => {
    await write({ rollout: '{"workload":null}', holder: '7' });
    const api = (version: string) => web(version).map(object => JSON.parse(JSON.stringify(object).replaceAll('web', 'api')) as KubeObject);
    expect(await act('deploy', api('v1'))).toBe('first-release');
    expect([await act('deploy', api('v2')), await act('promote')]).toEqual(['deployed', 'promoted']);
    expect([await act('deploy', api('v3')), await act('reject')]).toEqual(['deployed', 'rejected']);
    expect(told.join('\n')).toContain('web-rollout is skipped');
    // What is left may be what this one is to end: no success hides it.
    expect(await act('reject')).toBe('RECORD_BROKEN');
  });
});

test('a forged list is told by its first ten, and how many more there are', async () => {
  const names = Array.from({ length: 500 }, (_, i) => `forged-${i}`);
  const secrets = names.map(name => ({ ref: { apiVersion: 'v1', kind: 'Secret', namespace: 'kube-system', name }, uid: 'u' }));
  const roles = names.map(name => ({ ...binding(name), metadata: { name } }));
  await forge(rollout => ({
    ...rollout,
    created: [...rollout.created, ...secrets],
    tested: rollout.tested && { ...rollout.tested, files: [...rollout.tested.files, ...roles] },
  }));
  await act('promote', [], { 'dry-run': 'true' });
  await act('reject');
  for (const sentence of ['is left as it is', 'stays: it is outside'])
    expect(told.filter(text => text.includes(sentence))).toHaveLength(10);
  expect(told.filter(text => text === 'The same holds for 490 more, which are not listed.')).toHaveLength(2);
});
