/** What a login needs, and what happens before the first write where it has less. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { spelledByRule } from '../../src/execute/reads/spelled.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { asPhased } from '../../src/manifests/phases.ts';
import { rolesFor } from '../../src/manifests/role.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Need } from '../../src/model/permission.ts';
import { rightsOf } from '../../src/plan/operations/rights.ts';
import { strategyNamed } from '../../src/strategies/index.ts';
import { agent, everywhere, onNodes } from '../build/daemon-set.ts';
import { db, pods, promote, reject, share } from '../build/stateful-set.ts';
import { kinds, type Method, methodsWith } from '../crash/table/methods.ts';
import { filesOf, openingOf, opens } from '../crash/table/rows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStageFor } from '../stage/stage.ts';

const USER = 'deployer';
let stage: CrashStage;
const denied: string[] = [];
beforeAll(async () => {
  const opened = await openStageFor(USER, kinds);
  const { ask } = opened.simulation;
  const asked: typeof ask = async request => {
    const answer = await ask(request);
    if (answer.code === 403) denied.push(`${request.method} ${request.path}`);
    return answer;
  };
  stage = { ...opened, simulation: { ...opened.simulation, ask: asked } };
});
afterAll(() => stage.close());

const methods = methodsWith('http://127.0.0.1/').filter(({ name }) => name !== 'script');
const methodOf = (name: string): Method =>
  methods.find(method => method.name === name) ?? { name, objects: [], entry: 'service/web', inputs: {} };

const hush = (mode: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hush' }, data: { mode: btoa(mode) } });
const budget: KubeObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web' },
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
};

/** The application at a version, with configuration that its pods read. */
function application({ strategy, method }: Way, version: string): readonly KubeObject[] {
  const files = filesOf({ strategy, method }, version);
  const read = { envFrom: [{ configMapRef: { name: 'conf' } }, { secretRef: { name: 'hush' } }] };
  const text = JSON.stringify(files).replace('"name":"web","image"', `"name":"web","envFrom":${JSON.stringify(read.envFrom)},"image"`);
  if (!WHOLE.includes(`${strategy} by ${method.name}`)) return [...files, ...method.objects];
  return [...(JSON.parse(text) as KubeObject[]), ...method.objects, config('conf', version), hush(version), budget];
}

interface Way {
  readonly strategy: string;
  readonly method: Method;
}

function needsOf(way: Way, files: readonly KubeObject[], namespace: string): readonly Need[] {
  const { inputs } = parseInputs({ manifests: 'web.yaml', ...opens(way, openingOf(way, { opened: null })) }, 'terminal');
  const manifests = files.map(object => ({ object: { ...object, metadata: { ...object.metadata, namespace } }, from: 'web.yaml' }));
  return spelledByRule(rightsOf({ inputs, manifests, namespace }).always);
}

async function grant({ api }: Bed, needs: readonly Need[]): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
  await api.apply(`${rbac}/roles/kubernetes-rollout`, load(rolesFor(needs, 'kubernetes-rollout')), 'kubectl');
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: USER }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'kubernetes-rollout' };
  const binding = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'deployer' }, roleRef, subjects };
  await api.apply(`${rbac}/rolebindings/deployer`, binding, 'kubectl');
}

const ways: readonly Way[] = [
  ...methods.filter(({ name }) => name !== 'service' && name !== 'goreplay').map(method => ({ strategy: 'canary', method })),
  { strategy: 'blue-green', method: methodOf('service') },
  { strategy: 'ab', method: methodOf('smi') },
  { strategy: 'shadow', method: methodOf('goreplay') },
  { strategy: 'recreate', method: methodOf('pod') },
  { strategy: 'none', method: methodOf('pod') },
];
/** What ways have in common is gone through with them all by one: Secrets, copies, budgets. */
const WHOLE = ['canary by smi', 'recreate by pod', 'none by pod'];
const rows = ways.map(way => [`${way.strategy} by ${way.method.name} ${way.method.world ?? ''}`.trim(), way] as const);

describe('the Role for files is enough', () => {
  test.each(rows)('%s: to deploy, promote and reject without any refusal', async (_, way) => {
    const bed = await openBed(stage, application(way, 'v1'));
    await grant(bed, needsOf(way, application(way, 'v1'), bed.api.namespace));
    denied.length = 0;
    const common: RawInputs = { strategy: way.strategy, 'traffic-split-method': way.method.name, ...way.method.inputs };
    const deploying = opens(way, openingOf(way, { opened: null }));
    expect(said(await bed.act(deploying, application(way, 'v2')))).toBe('deployed');
    if (strategyNamed(way.strategy).place === 'beside')
      expect(said(await bed.act({ ...common, action: 'promote' }, application(way, 'v2')))).toBe('promoted');
    expect(said(await bed.act(deploying, application(way, 'v3'), { run: 2 }))).toBe('deployed');
    expect(said(await bed.act({ ...common, action: 'reject' }, application(way, 'v3'), { run: 2 }))).toBe('rejected');
    // Where the pods are the split every kind of route is looked at, to name one; what may not be seen is not there.
    expect(denied.filter(request => way.method.name !== 'pod' || !/routes|proxies|ingresses|splits|services$/.test(request))).toEqual([]);
  });
});

test('files that name their namespace need nothing in the one that the login begins in', async () => {
  const way = { strategy: 'canary', method: methodOf('smi') };
  const bed = await openBed(stage, application(way, 'v1'));
  const elsewhere = await openBed(stage, []);
  const filesOfBed = application(way, 'v2').map(object => ({ ...object, metadata: { ...object.metadata, namespace: bed.api.namespace } }));
  const { inputs } = parseInputs({ manifests: 'web.yaml', ...opens(way, openingOf(way, { opened: null })) }, 'terminal');
  const manifests = filesOfBed.map(object => ({ object, from: 'web.yaml' }));
  const needs = spelledByRule(rightsOf({ inputs, manifests, namespace: elsewhere.api.namespace }).always);
  expect([...new Set(needs.map(({ namespace }) => namespace))]).toEqual([bed.api.namespace]);
  await grant(bed, needs);
  denied.length = 0;
  expect(said(await elsewhere.act(opens(way, openingOf(way, { opened: null })), filesOfBed))).toBe('deployed');
  expect(said(await elsewhere.act({ action: 'promote', strategy: 'canary', 'traffic-split-method': 'smi' }, filesOfBed))).toBe('promoted');
  expect(denied).toEqual([]);
});

test('the Role for a StatefulSet is enough to release it by its partition, and to take a stuck pod back', async () => {
  const bed = await openBed(stage, db('v1'));
  const { namespace } = bed.api;
  const { inputs } = parseInputs({ manifests: 'db.yaml', ...share(20) }, 'terminal');
  const manifests = db('v1').map(object => ({ object: { ...object, metadata: { ...object.metadata, namespace } }, from: 'db.yaml' }));
  await grant(bed, spelledByRule(rightsOf({ inputs, manifests, namespace }).always));
  denied.length = 0;
  expect(said(await bed.act(share(40), db('v2-unready'), { timeoutSeconds: 5 }))).toBe('NOT_READY');
  expect(await pods(bed)).toBe('v1 v1 v1 v1 v1');
  expect(said(await bed.act(share(20), db('v2')))).toBe('deployed');
  expect(said(await bed.act(promote, db('v2')))).toBe('promoted');
  expect(said(await bed.act(share(20), db('v3')))).toBe('deployed');
  expect(said(await bed.act(reject))).toBe('rejected');
  expect(denied.filter(request => !/routes|proxies|ingresses|splits|services$/.test(request))).toEqual([]);
});

test('the Role for a DaemonSet is enough to try it on some nodes, and to take it back', async () => {
  const bed = await openBed(stage, agent('v1'));
  await everywhere(bed);
  const { namespace } = bed.api;
  const selected = share(20);
  const { inputs } = parseInputs({ manifests: 'agent.yaml', ...selected }, 'terminal');
  const manifests = agent('v1').map(object => ({ object: { ...object, metadata: { ...object.metadata, namespace } }, from: 'agent.yaml' }));
  await grant(bed, spelledByRule(rightsOf({ inputs, manifests, namespace }).always));
  denied.length = 0;
  expect(said(await bed.act(selected, agent('v2-unready'), { timeoutSeconds: 5 }))).toBe('NOT_READY');
  expect(await onNodes(bed)).toBe('v1 v1 v1 v1 v1');
  expect(said(await bed.act(selected, agent('v2')))).toBe('deployed');
  expect(said(await bed.act(promote, agent('v2')))).toBe('promoted');
  expect(said(await bed.act(selected, agent('v3')))).toBe('deployed');
  expect(said(await bed.act(reject))).toBe('rejected');
  expect(await onNodes(bed)).toBe('v2 v2 v2 v2 v2');
  expect(denied.filter(request => !/routes|proxies|ingresses|splits|services$/.test(request))).toEqual([]);
});

describe('the Role for a Job and what Helm makes for it', () => {
  const hooks = { 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' };
  const hooked = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations: hooks } });
  const password: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password' }, stringData: { password: 'hunter2' } };
  const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'migrate' } };
  const migrate: KubeObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'demo/job:1' }] } } },
  };
  const released = (way: Way, version: string): readonly KubeObject[] => {
    const all = [hooked(migrate), hooked(account), hooked(password), ...filesOf(way, version)];
    return all.map(object => asPhased(object, all) ?? object);
  };

  test.each(['canary', 'none'])('is enough for strategy %s', async strategy => {
    const way: Way = { strategy, method: methodOf('smi') };
    const bed = await openBed(stage, filesOf(way, 'v1'));
    await grant(bed, needsOf(way, released(way, 'v1'), bed.api.namespace));
    denied.length = 0;
    expect(said(await bed.act(opens(way, openingOf(way, { opened: null })), released(way, 'v2')))).toBe('deployed');
    if (strategy === 'canary') expect(said(await bed.act({ action: 'promote' }, released(way, 'v2')))).toBe('promoted');
    expect(denied).toEqual([]);
    expect((await bed.api.send('GET', '/api/v1/namespaces/{ns}/serviceaccounts/migrate')).code).toBe(404);
  });
});

describe('with less than that', () => {
  const way: Way = { strategy: 'canary', method: methodOf('smi') };
  const deploying = opens(way, 'shared');
  const lackingIn = async (lacks: (need: Need) => boolean): Promise<Bed> => {
    const bed = await openBed(stage, application(way, 'v1'));
    const needs = needsOf(way, application(way, 'v1'), bed.api.namespace);
    await grant(
      bed,
      needs.filter(need => !lacks(need)),
    );
    return bed;
  };

  test('a deploy that no reject could take back is refused before its first write, with the Role', async () => {
    const bed = await lackingIn(({ verb, resource }) => verb === 'delete' && resource === 'deployments');
    const before = await bed.snapshot();
    const ending = await bed.act(deploying, application(way, 'v2'));
    expect(ending).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/may not delete deployments\.apps "web-baseline".*no reject could complete/),
      hint: expect.stringMatching(/resources: \[deployments\]\n {4}verbs: \[delete\]\n.*missing-permissions: warn/),
    });
    expect(await bed.snapshot()).toEqual(before);
  });

  test('a deploy whose promote would stop is refused too, and goes on where that is only to be a warning', async () => {
    const bed = await lackingIn(({ verb, resource }) => verb === 'create' && resource === 'poddisruptionbudgets');
    await bed.api.send('DELETE', '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets/web');
    const files = application(way, 'v2');
    expect(await bed.act(deploying, files)).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('its promote would stop'),
    });
    expect(said(await bed.act({ ...deploying, 'missing-permissions': 'warn' }, files))).toBe('deployed');
  });

  test('strategy none is asked as well', async () => {
    const bed = await lackingIn(({ verb, resource }) => verb === 'patch' && resource === 'services');
    const [deployment, service, ...others] = application(way, 'v2');
    const changed = { ...service, metadata: { name: 'web', labels: { tier: 'front' } } } as KubeObject;
    const ending = await bed.act({ strategy: 'none', action: 'deploy' }, [...(deployment ? [deployment] : []), changed, ...others]);
    expect(ending).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('may not patch services "web"') });
  });

  test('strategy none is asked for the removals at its end before its first write', async () => {
    const bed = await openBed(stage, []);
    const kind = { group: '', resource: 'configmaps', namespace: bed.api.namespace, name: null };
    await grant(
      bed,
      ['get', 'list', 'watch', 'create', 'patch'].map(verb => ({ verb, ...kind })),
    );
    const pruning: RawInputs = { strategy: 'none', action: 'deploy', application: 'shop', prune: 'true' };
    expect(said(await bed.act(pruning, [config('a'), config('b')]))).toBe('deployed');
    const before = await bed.snapshot();
    const ending = await bed.act(pruning, [config('a', 'new')]);
    expect(ending).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('may not delete configmaps "b"') });
    expect(await bed.snapshot()).toEqual(before);
  });
});
