/** Several Deployments in the files of one step, on the simulated cluster: each with what belongs to it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { app, images } from '../build/app.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A route with a rule per Service. */
const route = (name: string, to: readonly string[], host = 'shop.example'): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name },
  spec: {
    parentRefs: [{ name: 'edge' }],
    hostnames: [host],
    rules: to.map(service => ({ matches: [{ path: { value: `/${service}` } }], backendRefs: [{ name: service, port: 80 }] })),
  },
});

const gateway: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false' };
const deploy: RawInputs = { ...gateway, action: 'deploy', percentage: '20' };
const promote: RawInputs = { ...gateway, action: 'promote' };
const reject: RawInputs = { ...gateway, action: 'reject' };

const ended = (ending: Ending): string => (ending?.type === 'failed' ? `${ending.code}: ${ending.message}` : said(ending));

async function routeOf({ api }: Bed, name: string): Promise<unknown> {
  const { body } = await api.send('GET', `/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes/${name}`);
  return [
    at(body, 'spec.hostnames'),
    records(at(body, 'spec.rules')).map(({ backendRefs }) => records(backendRefs).map(({ name }) => name)),
  ];
}

describe('two Deployments, each with a route of its own', () => {
  const files = (version: string, host: string): readonly KubeObject[] => [
    ...app('api', version),
    ...app('web', version),
    route('api', ['api'], host),
    route('web', ['web'], host),
  ];

  test.each([
    ['with files', true],
    ['without files', false],
  ])('are promoted %s with what their files say of the routes', async (_name, isGiven) => {
    const bed = await openBed(stage, files('v1', 'old.example'));
    expect(ended(await bed.act(deploy, files('v2', 'new.example')))).toBe('deployed');
    expect(ended(await bed.act(promote, isGiven ? files('v2', 'new.example') : []))).toBe('promoted');
    expect(await Promise.all(['api', 'web'].map(name => routeOf(bed, name)))).toEqual([
      [['new.example'], [['api']]],
      [['new.example'], [['web']]],
    ]);
    const after = await bed.snapshot();
    expect(Object.keys(after).filter(key => /canary|rollout/.test(key))).toEqual([]);
  });

  test('are taken back whole, also in the middle of promote', async () => {
    const bed = await openBed(stage, files('v1', 'old.example'));
    const before = await bed.snapshot();
    await bed.act(deploy, files('v2', 'new.example'));
    const writes = await bed.dieBehind(14, { inputs: promote, files: files('v2', 'new.example') });
    expect(writes.some(write => write.includes('/deployments/web'))).toBe(true);
    expect(ended(await bed.act(reject, [], { laterSeconds: 61 }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });
});

describe('a Deployment that stays as it is, first by name', () => {
  const files = (version: string): readonly KubeObject[] => [
    ...app('api', 'v1'),
    ...app('web', version),
    route('api', ['api']),
    route('web', ['web']),
  ];
  const shared = (version: string): readonly KubeObject[] => [...app('api', 'v1'), ...app('web', version), route('shop', ['api', 'web'])];

  test.each([
    ['with a route of its own', files],
    ['behind the same route', shared],
  ])('%s keeps the other from nothing, and gets no canary', async (_name, given) => {
    const bed = await openBed(stage, given('v1'));
    const workloads = async (): Promise<readonly string[]> =>
      Object.keys(await bed.snapshot()).filter(key => key.startsWith('Deployment/'));
    for (const percentage of ['20', '40']) {
      expect(ended(await bed.act({ ...deploy, percentage }, given('v2')))).toBe('deployed');
      expect(await workloads()).toEqual(['Deployment/api', 'Deployment/web', 'Deployment/web-canary']);
    }
    expect(ended(await bed.act(promote, given('v2')))).toBe('promoted');
    expect(await workloads()).toEqual(['Deployment/api', 'Deployment/web']);
    expect(ended(await bed.act(deploy, given('v2')))).toBe('unchanged');
  });

  test('gets none either where only its own pipeline has the route that the other’s splits', async () => {
    const bed = await openBed(stage, shared('v1'));
    expect(ended(await bed.act(deploy, app('web', 'v2')))).toBe('deployed');
    expect(ended(await bed.act(deploy, [...app('api', 'v1'), route('shop', ['api', 'web'])], { run: 2 }))).toBe('unchanged');
  });
});

test.each([
  ['that no route leads to', ['api', 'web'], ['api', 'web', 'web-canary']],
  ['that is split for the first of them', ['api', 'web', 'all'], ['api', 'web', 'web-canary', 'all']],
])('two Deployments behind a Service %s, beside their own, are split side by side', async (_name, routed, left) => {
  const front = (objects: readonly KubeObject[]): readonly KubeObject[] =>
    JSON.parse(JSON.stringify(objects).replaceAll('"labels":{', '"labels":{"tier":"front",')) as readonly KubeObject[];
  const all: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'all' },
    spec: { selector: { tier: 'front' }, ports: [{ port: 80 }] },
  };
  const files = (version: string) => [...front([...app('api', version), ...app('web', version)]), all, route('shop', routed)];
  const bed = await openBed(stage, files('v1'));
  const before = await bed.snapshot();
  expect(await bed.dieBehind(7, { inputs: deploy, files: files('v2') })).not.toEqual([]);
  expect(ended(await bed.act(deploy, files('v2'), { laterSeconds: 61 }))).toBe('deployed');
  expect(ended(await bed.act(deploy, files('v2')))).toBe('unchanged');
  expect(ended(await bed.act({ ...reject, application: 'api' }))).toBe('rejected');
  const [, rules] = (await routeOf(bed, 'shop')) as readonly [unknown, readonly (readonly string[])[]];
  expect(rules.flat()).toEqual(left);
  expect(ended(await bed.act(reject))).toBe('rejected');
  expect(await bed.snapshot()).toEqual(before);
});

describe('two Deployments behind one route', () => {
  const files = (version: string, host = 'old.example'): readonly KubeObject[] => [
    ...app('api', version),
    ...app('web', version),
    route('shop', ['api', 'web'], host),
  ];
  const canaries = [
    ['api', 'api-canary'],
    ['web', 'web-canary'],
  ];

  test('are split side by side, promoted with the file of the route, or taken back', async () => {
    const bed = await openBed(stage, files('v1'));
    const before = await bed.snapshot();
    expect(ended(await bed.act(deploy, files('v2', 'new.example')))).toBe('deployed');
    expect(await routeOf(bed, 'shop')).toEqual([['old.example'], canaries]);
    expect(ended(await bed.act(reject))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
    await bed.act(deploy, files('v2', 'new.example'));
    expect(ended(await bed.act(promote, files('v2', 'new.example')))).toBe('promoted');
    expect(await routeOf(bed, 'shop')).toEqual([['new.example'], [['api'], ['web']]]);
  });

  test.each(['promote', 'reject'])(
    'that opened apart: %s of the first leaves the second its split, and what is left is the user’s',
    async action => {
      const bed = await openBed(stage, files('v1'));
      const before = await bed.snapshot();
      const end = { ...reject, action };
      await bed.act(deploy, app('api', 'v2'), { run: 1 });
      await bed.act(deploy, app('web', 'v2'), { run: 2 });
      expect(ended(await bed.act(end, [], { run: 1 }))).toBe(action === 'promote' ? 'promoted' : 'rejected');
      expect(await routeOf(bed, 'shop')).toEqual([['old.example'], [['api'], ['web', 'web-canary']]]);
      expect(ended(await bed.act(end, [], { run: 2 }))).toBe(action === 'promote' ? 'promoted' : 'rejected');
      expect((await bed.snapshot())['HTTPRoute/shop']).toEqual(before['HTTPRoute/shop']);
    },
  );
});

describe('a worker without a Service beside a Deployment that has one', () => {
  const files = (version: string, of = version): readonly KubeObject[] => [...app('web', version), ...app('worker', of).slice(0, 1)];
  const WORKER = '/apis/apps/v1/namespaces/{ns}/deployments/worker';
  const ways: readonly RawInputs[] = ['smi', 'pod'].map(router => ({ ...gateway, 'traffic-split-method': router }));

  test.each(ways)('rolls at promote, and has rolled when that ends ($traffic-split-method)', async way => {
    const bed = await openBed(stage, files('v1'));
    expect(ended(await bed.act({ ...deploy, ...way }, files('v2')))).toBe('deployed');
    expect(await images(bed)).toEqual(['demo/web:v1', 'demo/web:v2', 'demo/worker:v1']);
    expect(ended(await bed.act({ ...way, action: 'promote' }))).toBe('promoted');
    expect(await images(bed)).toEqual(['demo/web:v2', 'demo/worker:v2']);
    const { body } = await bed.api.send('GET', WORKER);
    expect(body.status).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
    expect(ended(await bed.act({ ...deploy, ...way }, files('v2')))).toBe('unchanged');
  });

  test('that cannot roll makes promote red, and is given back with the rest', async () => {
    const bed = await openBed(stage, files('v1'));
    const before = await bed.snapshot();
    const [way = {}] = ways;
    expect(ended(await bed.act({ ...deploy, ...way }, files('v2', 'v2-badpull')))).toBe('deployed');
    const red = await bed.act({ ...way, action: 'promote' });
    expect(ended(red)).toMatch(/^NOT_READY: .*worker.*pull/is);
    const done: string[] = [];
    const hear = (event: Event): void => void (event.type === 'done' && done.push(event.text));
    expect(ended(await bed.act({ ...way, action: 'reject' }, [], { onEvent: hear }))).toBe('rejected');
    expect(done.filter(text => /^put .*worker.* back/.test(text))).toHaveLength(1);
    expect(await bed.snapshot()).toEqual(before);
  });

  test('that does not come up again makes reject red, and the rollout has ended all the same', async () => {
    const bed = await openBed(stage, files('v1'));
    const [way = {}] = ways;
    const broken = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'demo/worker:v1-unready' }];
    await bed.api.send('PATCH', `${WORKER}?fieldManager=kubectl`, broken, 'application/json-patch+json');
    expect(ended(await bed.act({ ...deploy, ...way }, files('v2', 'v2-badpull')))).toBe('deployed');
    await bed.act({ ...way, action: 'promote' }, [], { timeoutSeconds: 2 });
    expect(ended(await bed.act({ ...way, action: 'reject' }, [], { timeoutSeconds: 2 }))).toMatch(/^NOT_READY: the rollout is ended/);
    expect(await images(bed)).toEqual(['demo/web:v1', 'demo/worker:v1-unready']);
    expect(ended(await bed.act({ ...way, action: 'reject' }))).toBe('unchanged');
  });

  test('is awaited in a first release too, and goes with it', async () => {
    const bed = await openBed(stage, []);
    const before = await bed.snapshot();
    const [way = {}] = ways;
    expect(ended(await bed.act({ ...deploy, ...way }, files('v1', 'v1-badpull')))).toMatch(/^NOT_READY: .*worker.*pull/is);
    expect(ended(await bed.act({ ...way, action: 'reject', 'delete-first-release': 'true' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
    expect(ended(await bed.act({ ...deploy, ...way }, files('v1')))).toBe('first-release');
  });
});
