/** What is around several Deployments in the files of one step: a first release among them, and the order in which it is applied. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const container = (image: string, reads: string) => ({
  name: 'main',
  image,
  ports: [{ name: 'http', containerPort: 8080 }],
  envFrom: [{ configMapRef: { name: reads } }],
});

function workload(kind: string, name: string, image: string, reads = 'settings'): KubeObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [container(image, reads)] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template, ...(kind === 'StatefulSet' ? { serviceName: name } : {}) };
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec };
}

const service = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 'http' }] },
});

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false' };
const deploy: RawInputs = { ...smi, action: 'deploy', percentage: '10' };

const modeOf = async ({ api }: Bed, name = 'settings'): Promise<unknown> =>
  at((await api.send('GET', `/api/v1/namespaces/{ns}/configmaps/${name}`)).body, 'data.mode');
const imageOf = async ({ api }: Bed, path: string): Promise<unknown> => {
  const { body } = await api.send('GET', `/apis/apps/v1/namespaces/{ns}/${path}`);
  return records(at(body, 'spec.template.spec.containers'))[0]?.image;
};

describe('a Deployment that is new among the files, and the first by name', () => {
  const before = [
    workload('Deployment', 'web', 'demo/web:v1'),
    service('web'),
    config('settings', 'old'),
    workload('StatefulSet', 'db', 'demo/db:v1'),
  ];
  const admin = [workload('Deployment', 'admin', 'demo/admin:v1', 'admin'), service('admin'), config('admin', 'its own')];
  const files = [
    ...admin,
    workload('Deployment', 'web', 'demo/web:v2'),
    service('web'),
    config('settings', 'new'),
    workload('StatefulSet', 'db', 'demo/db:v2'),
  ];
  const state = async (bed: Bed): Promise<unknown> =>
    Promise.all([
      modeOf(bed),
      imageOf(bed, 'statefulsets/db'),
      imageOf(bed, 'deployments/web'),
      imageOf(bed, 'deployments/admin'),
      modeOf(bed, 'admin'),
    ]);

  test('touches nothing of what runs before promote', async () => {
    const bed = await openBed(stage, before);
    expect(said(await bed.act(deploy, files))).toBe('deployed');
    const untouched = ['old', 'demo/db:v1', 'demo/web:v1', 'demo/admin:v1', 'its own'];
    expect(await state(bed)).toEqual(untouched);
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect(await state(bed)).toEqual(untouched);
    expect(said(await bed.act(deploy, files))).toBe('deployed');
    expect(said(await bed.act({ ...smi, action: 'promote' }, files))).toBe('promoted');
    expect(await state(bed)).toEqual(['new', 'demo/db:v2', 'demo/web:v2', 'demo/admin:v1', 'its own']);
  });

  test('leaves the split of a rollout that is open already alone', async () => {
    const route = (...to: readonly string[]): KubeObject => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'shop' },
      spec: {
        parentRefs: [{ name: 'edge' }],
        rules: to.map(name => ({ backendRefs: [{ name, port: 80 }] })),
      },
    });
    const gateway: RawInputs = { ...deploy, 'traffic-split-method': 'gateway-api' };
    const bed = await openBed(stage, [...before, route('web')]);
    const read = async () => (await bed.api.send('GET', '/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes/shop')).body.spec;
    expect(said(await bed.act(gateway, [workload('Deployment', 'web', 'demo/web:v2'), service('web')]))).toBe('deployed');
    const split = await read();
    expect(said(await bed.act(gateway, [...admin, route('web', 'admin')], { run: 2 }))).toBe('first-release');
    expect(await read()).toEqual(split);
  });
});

describe('what is around several Deployments', () => {
  const files = (version: string, mode: string): readonly KubeObject[] => [
    ...['api', 'web'].flatMap(name => [workload('Deployment', name, `demo/${name}:${version}`), service(name)]),
    config('settings', mode),
  ];

  test('is there before any of them rolls', async () => {
    const bed = await openBed(stage, files('v1', 'old'));
    expect(said(await bed.act(deploy, files('v2', 'new')))).toBe('deployed');
    const writes = await bed.dieBehind(1000, { inputs: { ...smi, action: 'promote' }, files: files('v2', 'new') });
    const settings = writes.findLastIndex(write => write.endsWith('/configmaps/settings'));
    const rolls = writes.findIndex(write => /deployments\/(api|web)$/.test(write));
    expect(settings).toBeGreaterThan(0);
    expect(rolls).toBeGreaterThan(settings);
    expect(await modeOf(bed)).toBe('new');
  });

  test('has a copy of its own for the canary of each that reads it', async () => {
    const bed = await openBed(stage, files('v1', 'old'));
    const before = await bed.snapshot();
    expect(said(await bed.act(deploy, files('v2', 'new')))).toBe('deployed');
    const copies = ['settings-api-canary', 'settings-web-canary'];
    expect(await Promise.all(copies.map(name => modeOf(bed, name)))).toEqual(['new', 'new']);
    expect(said(await bed.act(deploy, files('v2', 'new')))).toBe('unchanged');
    expect(said(await bed.act({ ...smi, action: 'reject', application: 'api' }))).toBe('rejected');
    expect(await Promise.all(copies.map(name => modeOf(bed, name)))).toEqual([undefined, 'new']);
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('keeps the others of those that read it from being promoted when it went with a reject', async () => {
    const bed = await openBed(stage, files('v1', 'old'));
    expect(said(await bed.act(deploy, files('v2', 'new')))).toBe('deployed');
    expect(said(await bed.act({ ...smi, action: 'reject', application: 'api' }))).toBe('rejected');
    expect(said(await bed.act({ ...smi, action: 'promote' }))).toBe('RELEASE_MISMATCH');
    expect([await imageOf(bed, 'deployments/web'), await modeOf(bed)]).toEqual(['demo/web:v1', 'old']);
  });

  test('keeps the others of those that read it from being promoted before it is there', async () => {
    const bed = await openBed(stage, files('v1', 'old'));
    const promote = (application: string) => bed.act({ ...smi, action: 'promote', application });
    expect(said(await bed.act(deploy, files('v2', 'new')))).toBe('deployed');
    const refused = await promote('web');
    expect(refused).toMatchObject({ code: 'RELEASE_MISMATCH', message: expect.stringMatching(/ConfigMap .*settings.*Deployment .*api$/) });
    expect([await imageOf(bed, 'deployments/web'), await modeOf(bed)]).toEqual(['demo/web:v1', 'old']);
    expect(said(await promote('api'))).toBe('promoted');
    expect(said(await promote('web'))).toBe('promoted');
    expect([await imageOf(bed, 'deployments/web'), await modeOf(bed)]).toEqual(['demo/web:v2', 'new']);
  });
});

describe('configuration that is new, and that the canaries of several read', () => {
  const old = ['api', 'web'].flatMap(name => [
    workload('Deployment', name, `demo/${name}:v1`, `${name}-old`),
    service(name),
    config(`${name}-old`),
  ]);
  const files = (version: string): readonly KubeObject[] => [
    ...['api', 'web'].flatMap(name => [workload('Deployment', name, `demo/${name}:${version}`), service(name)]),
    config('settings'),
  ];

  test.each([
    ['api', 'web'],
    ['web', 'api'],
  ])('stays behind the reject of %s, and goes with that of %s', async (first, second) => {
    const bed = await openBed(stage, old);
    const before = await bed.snapshot();
    expect(said(await bed.act(deploy, files('v2')))).toBe('deployed');
    expect(said(await bed.act({ ...smi, action: 'reject', application: first }))).toBe('rejected');
    expect(await modeOf(bed)).toBe('new');
    expect(said(await bed.act({ ...smi, action: 'reject', application: second }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('goes with a reject of all, also one that goes on behind another that died', async () => {
    const reject = { ...smi, action: 'reject' };
    for (const write of [Number.POSITIVE_INFINITY, 8]) {
      const bed = await openBed(stage, old);
      const before = await bed.snapshot();
      expect(said(await bed.act(deploy, files('v2')))).toBe('deployed');
      await bed.dieBehind(write, { inputs: reject, files: [] });
      const rest = said(await bed.act(reject, [], { laterSeconds: 61 }));
      expect(rest).toBe(write > 10 ? 'unchanged' : 'rejected');
      expect(await bed.snapshot()).toEqual(before);
    }
  });

  test.each([
    ['that both have a Service', files('v2-unready')],
    ['of which one has a Service', files('v2-unready').filter(({ kind, metadata }) => kind !== 'Service' || metadata.name === 'web')],
  ])('goes with first releases that never got ready, %s', async (_name, given) => {
    const bed = await openBed(stage, []);
    const before = await bed.snapshot();
    expect(said(await bed.act(deploy, given, { timeoutSeconds: 1 }))).toBe('NOT_READY');
    expect(await modeOf(bed)).toBe('new');
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });
});

describe('a Deployment that the release leaves as it is, beside one whose canary is open', () => {
  const files = (version: string): readonly KubeObject[] => [
    workload('Deployment', 'api', `demo/api:${version}`, 'api'),
    service('api'),
    workload('Deployment', 'web', 'demo/web:v1'),
    service('web'),
    config('settings', 'same'),
  ];
  const SERVICE = '/api/v1/namespaces/{ns}/services/web';
  const edit = async ({ api }: Bed, to: string, path: string, value: unknown): Promise<void> => {
    const { code } = await api.send('PATCH', `${to}?fieldManager=kubectl`, [{ op: 'replace', path, value }], 'application/json-patch+json');
    expect(code).toBe(200);
  };

  test('keeps nobody from promoting, also when somebody has changed what is around it', async () => {
    const bed = await openBed(stage, files('v1'));
    expect(said(await bed.act(deploy, files('v2')))).toBe('deployed');
    await edit(bed, SERVICE, '/spec/ports/0/port', 81);
    await edit(bed, '/api/v1/namespaces/{ns}/configmaps/settings', '/data/mode', 'theirs');
    expect(said(await bed.act({ ...smi, action: 'promote' }, files('v2')))).toBe('promoted');
    expect(await imageOf(bed, 'deployments/api')).toBe('demo/api:v2');
    const { body } = await bed.api.send('GET', SERVICE);
    expect([records(at(body, 'spec.ports')).map(({ port }) => port), await modeOf(bed)]).toEqual([[80], 'same']);
  });
});
