/** A route that others change too while a rollout is open: a person, another rollout, another lane of the same one. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { application, leading, ROUTE, shopBy } from '../build/shop.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const shop = shopBy(leading('/api', 'api'), leading('/', 'web'));
const canary: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false' };

let bed: Bed;
beforeEach(async () => {
  bed = await openBed(stage, [...application('web', 'v1'), ...application('api', 'v1'), shop]);
});

const act = (name: string, action: string, inputs: RawInputs = {}): Promise<Ending> =>
  bed.act({ ...canary, ...inputs, action }, application(name, 'v2'), { run: name === 'web' ? 1 : 2 });

const deploy = async (name: string, percentage = '10'): Promise<void> => {
  expect(said(await act(name, 'deploy', { percentage }))).toBe('deployed');
};

const route = async (): Promise<Readonly<Record<string, unknown>>> => (await bed.api.send('GET', ROUTE)).body;

const owners = (body: unknown): readonly (readonly unknown[])[] =>
  records(at(body, 'metadata.managedFields')).map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]);

/** What a person's editor sends. */
async function edit(operations: readonly unknown[]): Promise<void> {
  const { code } = await bed.api.send('PATCH', `${ROUTE}?fieldManager=editor`, operations, 'application/json-patch+json');
  expect(code).toBe(200);
}

/** Two rollouts may share a route: each takes back what is its own. */
describe('two rollouts over one route', () => {
  test.each([
    ['web', 'api'],
    ['api', 'web'],
  ])('leave it as the user’s file says, when %s ends before %s', async (first, second) => {
    const before = await route();
    await deploy('web');
    await deploy('api');
    expect(said(await act(first, 'promote'))).toBe('promoted');
    const between = records(at(await route(), 'spec.rules')).flatMap(({ backendRefs }) => records(backendRefs).map(({ name }) => name));
    expect([...between].sort()).toEqual([first, second, `${second}-canary`].sort());
    expect(said(await act(second, 'promote'))).toBe('promoted');
    const after = await route();
    expect([at(after, 'spec'), at(after, 'metadata.annotations'), owners(after)]).toEqual([
      at(before, 'spec'),
      at(before, 'metadata.annotations'),
      owners(before),
    ]);
  });
});

describe.each(['promote', 'reject'])('what a person changed in a route while the canary was open, after %s', action => {
  test('is still there, and nothing of ours is', async () => {
    await deploy('web');
    await edit([
      { op: 'add', path: '/spec/rules/0', value: leading('/new', 'api') },
      { op: 'add', path: '/spec/hostnames', value: ['shop.example'] },
      { op: 'add', path: '/metadata/annotations/note', value: 'theirs' },
    ]);
    expect(said(await act('web', action))).toMatch(/promoted|rejected/);
    const after = await route();
    const rules = records(at(after, 'spec.rules'));
    expect(rules.map(({ backendRefs }) => records(backendRefs).map(({ name, weight }) => [name, weight]))).toEqual([
      [['api', undefined]],
      [['api', undefined]],
      [['web', undefined]],
    ]);
    expect([at(after, 'spec.hostnames'), at(after, 'metadata.annotations')]).toEqual([['shop.example'], { team: 'shop', note: 'theirs' }]);
    expect(owners(after).map(([manager]) => manager)).not.toContain('kubernetes-rollout');
  });
});

test('a promote that brings the route’s file is refused before its first write where somebody has taken other fields of the route', async () => {
  const files = [...application('web', 'v2'), shop];
  expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '10' }, files))).toBe('deployed');
  await edit([{ op: 'replace', path: '/spec/parentRefs', value: [{ name: 'edge' }, { name: 'inner' }] }]);
  const before = await bed.snapshot();
  const refused = await bed.act({ ...canary, action: 'promote' }, files);
  expect(refused).toMatchObject({ code: 'APPLY_CONFLICT', message: expect.stringMatching(/own \.spec\.parentRefs \(editor\)\.$/) });
  expect(await bed.snapshot()).toEqual(before);
  expect(said(await bed.act({ ...canary, action: 'promote', 'force-conflicts': 'true' }, files))).toBe('promoted');
  expect(at(await route(), 'spec.parentRefs')).toEqual([{ name: 'edge' }]);
});

test('a Service of a route that goes while the canary is open leaves no split of it behind', async () => {
  const beside: KubeObject = { ...(application('web', 'v1')[1] as KubeObject), metadata: { name: 'api' } };
  const before = await route();
  expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '10' }, [...application('web', 'v2'), beside]))).toBe('deployed');
  await bed.api.send('DELETE', '/api/v1/namespaces/{ns}/services/api');
  expect(said(await bed.act({ ...canary, action: 'reject' }, []))).toBe('rejected');
  expect(at(await route(), 'spec')).toEqual(at(before, 'spec'));
});

test('two Services of one Deployment in one route are split together, and both are given back', async () => {
  const before = await route();
  const beside: KubeObject = { ...(application('web', 'v1')[1] as KubeObject), metadata: { name: 'api' } };
  expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '10' }, [...application('web', 'v2'), beside]))).toBe('deployed');
  expect(records(at(await route(), 'spec.rules')).map(({ backendRefs }) => records(backendRefs).length)).toEqual([2, 2]);
  expect(said(await bed.act({ ...canary, action: 'reject' }, []))).toBe('rejected');
  expect(at(await route(), 'spec')).toEqual(at(before, 'spec'));
});

test('two Deployments of the same files in one route are split together, and both are given back', async () => {
  const before = await route();
  const files = [...application('web', 'v2'), ...application('api', 'v2')];
  expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '10' }, files))).toBe('deployed');
  expect(records(at(await route(), 'spec.rules')).map(({ backendRefs }) => records(backendRefs).length)).toEqual([2, 2]);
  const told: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'notice' && told.push(event.text));
  expect(said(await bed.act({ ...canary, action: 'promote' }, files, { run: 2, onEvent }))).toBe('promoted');
  expect(told.filter(text => text.includes('another rollout'))).toEqual([]);
  const after = await route();
  expect([at(after, 'spec'), owners(after)]).toEqual([at(before, 'spec'), owners(before)]);
});

test('two routers that split one and the same route do so one after the other', async () => {
  const parentRefs = [{ group: '', kind: 'Service', name: 'web', port: 80 }];
  await edit([{ op: 'replace', path: '/spec/parentRefs', value: parentRefs }]);
  const before = await route();
  const both = { ...canary, 'traffic-split-method': 'gateway-api,linkerd' };
  expect(said(await bed.act({ ...both, action: 'deploy', percentage: '10' }, application('web', 'v2')))).toBe('deployed');
  expect(said(await bed.act({ ...both, action: 'reject' }, []))).toBe('rejected');
  const after = await route();
  expect([at(after, 'spec'), owners(after)]).toEqual([at(before, 'spec'), owners(before)]);
});

/** What a route leads to, rule by rule. */
const leadsTo = async (): Promise<readonly unknown[]> =>
  records(at(await route(), 'spec.rules')).map(({ backendRefs }) => records(backendRefs).map(({ name }) => name));

describe('a route that another rollout has too, in the files of a deploy by recreate', () => {
  const changed: KubeObject = {
    ...shop,
    spec: { ...shop.spec, rules: [leading('/api', 'api'), leading('/v2', 'api'), leading('/', 'web')] },
  };
  const notices: string[] = [];
  const onEvent = (event: Event): void => {
    if (event.type === 'notice') notices.push(event.text);
  };
  const recreate = (version: string, more: RawInputs = {}): Promise<Ending> => {
    const inputs = { action: 'deploy', strategy: 'recreate', ...more };
    const files = [...application('api', version), changed];
    return bed.act(inputs, files, { run: 2, onEvent, ...(version === 'unready' ? { neverReady: 'api' } : {}) });
  };

  test('is applied where that one splits nothing, and only once the new version runs', async () => {
    const failing = { ...canary, action: 'deploy', percentage: '10' };
    const when = { neverReady: 'web-canary', timeoutSeconds: 60, onEvent };
    expect(said(await bed.act(failing, application('web', 'unready'), when))).toBe('NOT_READY');
    const before = await leadsTo();
    expect(said(await recreate('unready', { 'on-failure': 'reject' }))).toBe('NOT_READY');
    expect(await leadsTo()).toEqual(before);
    expect(said(await recreate('v2'))).toBe('deployed');
    expect(await leadsTo()).toEqual([['api'], ['api'], ['web']]);
  });

  test('is left alone where that one splits it, and the deploy says so', async () => {
    await deploy('web');
    const before = await route();
    expect(said(await recreate('v2'))).toBe('deployed');
    expect(at(await route(), 'spec')).toEqual(at(before, 'spec'));
    expect(notices).toContainEqual(
      expect.stringMatching(/^HTTPRoute .*shop is not applied: the rollout of Deployment .*web splits requests by it/),
    );
  });
});

/** A rollout behind ingress-nginx splits by an Ingress of its own: the user's is written only to copy requests or to keep users. */
test('the file of an Ingress is applied at promote, though the canary of another stands beside it', async () => {
  const INGRESS = '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/shop';
  const leads = (path: string, name: string) => ({ path, pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } });
  const ingress = (...paths: readonly ReturnType<typeof leads>[]): KubeObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'shop' },
    spec: { ingressClassName: 'nginx', rules: [{ http: { paths } }] },
  });
  const nginx: RawInputs = { ...canary, 'traffic-split-method': 'nginx' };
  const deployed: RawInputs = { ...nginx, action: 'deploy', percentage: '10' };
  await bed.api.apply(INGRESS, ingress(leads('/api', 'api'), leads('/', 'web')), 'kubectl');
  const files = [...application('api', 'v2'), ingress(leads('/api', 'api'), leads('/v2', 'api'), leads('/', 'web'))];
  expect(said(await bed.act(deployed, application('web', 'v2')))).toBe('deployed');
  expect(said(await bed.act(deployed, files, { run: 2 }))).toBe('deployed');
  expect(said(await bed.act({ ...nginx, action: 'promote' }, files, { run: 2 }))).toBe('promoted');
  const { body } = await bed.api.send('GET', INGRESS);
  const [rule] = records(at(body, 'spec.rules'));
  expect(records(at(rule, 'http.paths')).map(({ path }) => path)).toEqual(['/api', '/v2', '/']);
});
