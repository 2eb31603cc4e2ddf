import { afterEach, expect, test } from '@jest/globals';
import { LAST_APPLIED } from '../../src/cluster/managed-fields.ts';
import type { KubeObject, Ref } from '../../src/model/kube.ts';
import { openFakeApi } from './fake-api.ts';

const REF: Ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: 'c' };
const OBJECT: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'demo' } };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test('a patch is spelled as the API server writes JSON, since it compares a tested text byte for byte', async () => {
  const api = await openFakeApi(() => ({ body: OBJECT }));
  const connected = await api.connect();
  closing.push(connected.close, api.close);
  await connected.cluster.patch(REF, [{ op: 'test', path: '/data/a', value: 'x && y <z> \u2028' }]);
  const [{ body } = { body: '' }] = api.arrived;
  expect(body).toContain(String.raw`x \u0026\u0026 y \u003cz\u003e \u2028`);
  expect(JSON.parse(body)).toEqual([{ op: 'test', path: '/data/a', value: 'x && y <z> \u2028' }]);
});

test('an apply that needs leave writes the very version that it was given for, and asks again where somebody was faster', async () => {
  let version = 1;
  const api = await openFakeApi(({ method }) => {
    if (method === 'GET') return { body: { ...OBJECT, metadata: { ...OBJECT.metadata, resourceVersion: String(version) } } };
    version += 1;
    return { status: 409, body: { kind: 'Status', reason: 'Conflict', message: 'the object has been modified' } };
  });
  const connected = await api.connect();
  closing.push(connected.close, api.close);
  const asked: unknown[] = [];
  const mayWrite = async ({ metadata }: KubeObject): Promise<boolean> => asked.push(metadata.resourceVersion) < 2;
  const left = await connected.cluster.apply(OBJECT, { mayWrite });
  expect([asked, left.metadata.resourceVersion]).toEqual([['1', '2'], '2']);
  const writes = api.arrived.filter(({ method }) => method !== 'GET').map(({ body }) => JSON.parse(body).metadata.resourceVersion);
  expect(writes).toEqual(['1']);
});

test('an apply that needs leave asks again also where the fields of whoever was faster are in its way', async () => {
  let version = 1;
  const conflict = { reason: 'FieldManagerConflict', field: '.data.a', message: 'conflict with "other" using v1' };
  const api = await openFakeApi(({ method }) => {
    if (method === 'GET') return { body: { ...OBJECT, metadata: { ...OBJECT.metadata, resourceVersion: String(version) } } };
    version = 2;
    return { status: 409, body: { kind: 'Status', reason: 'Conflict', message: 'Apply failed', details: { causes: [conflict] } } };
  });
  const connected = await api.connect();
  closing.push(connected.close, api.close);
  const asked: unknown[] = [];
  const left = await connected.cluster.apply(OBJECT, { mayWrite: async () => asked.push(version) < 2 });
  expect([asked, left.metadata.resourceVersion]).toEqual([[1, 2], '2']);
  const applying = connected.cluster.apply(OBJECT, { mayWrite: async () => true });
  await expect(applying).rejects.toMatchObject({ code: 'APPLY_CONFLICT' });
});

test('the memory of client-side apply is what the file says, as the API server spells it, though a live value was left out', async () => {
  const file: KubeObject = { ...OBJECT, data: { a: 'x & y', b: 'file', c: '<z>' } };
  const spelled = (data: object): string => {
    const { apiVersion, kind, metadata } = OBJECT;
    return `${JSON.stringify({ apiVersion, data, kind, metadata }).replace('&', '\\u0026').replace('<z>', '\\u003cz\\u003e')}\n`;
  };
  const live = (text: string): KubeObject => ({
    ...file,
    data: { ...(file.data as object), b: 'live' },
    metadata: { ...file.metadata, resourceVersion: '1', annotations: { [LAST_APPLIED]: text } },
  });
  const api = await openFakeApi(({ method }) => ({ body: live(spelled(method === 'GET' ? { a: 'old' } : { a: 'x & y', c: '<z>' })) }));
  const connected = await api.connect();
  closing.push(connected.close, api.close);
  await connected.cluster.apply(file, { keepLive: ['/data/b'] });
  const texts = api.arrived.flatMap(({ method, body }) => (method === 'PATCH' && body.startsWith('[') ? JSON.parse(body) : []));
  expect(texts.map(({ value }: { value: unknown }) => value)).toEqual([spelled({ a: 'x & y', b: 'file', c: '<z>' })]);
});

test("the rules of a ClusterRole that aggregates others stay its controller's: they are sent with the first apply alone", async () => {
  const file: KubeObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'admin' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: 'admin' } }] },
    rules: [],
  };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  let live: KubeObject | null = null;
  const absent = { status: 404, body: { kind: 'Status', reason: 'NotFound', message: 'not found' } };
  const kinds = { resources: [{ name: 'clusterroles', namespaced: false, kind: 'ClusterRole', verbs: ['get', 'patch'] }] };
  const api = await openFakeApi(({ method, path }) => {
    if (!path.includes('/clusterroles/')) return { body: kinds };
    return method === 'GET' && !live ? absent : { body: live ?? file };
  });
  const connected = await api.connect();
  closing.push(connected.close, api.close);
  await connected.cluster.apply(file);
  live = { ...file, rules, metadata: { ...file.metadata, resourceVersion: '7' } };
  await connected.cluster.apply(file);
  const sent = api.arrived.flatMap(({ method, body }) => (method === 'PATCH' ? [JSON.parse(body).rules] : []));
  expect(sent).toEqual([[], undefined]);
});

test.each<[string, object, 'gone' | 'going']>([
  ['an object that is gone with the answer', { kind: 'Status', status: 'Success' }, 'gone'],
  ['a Service, which is answered as it was', OBJECT, 'gone'],
  ['what waits for its finalizers', { ...OBJECT, metadata: { ...OBJECT.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }, 'going'],
])('the answer to a delete tells of %s whether it is to be waited for', async (_, body, left) => {
  const api = await openFakeApi(() => ({ body }));
  const connected = await api.connect();
  closing.push(connected.close, api.close);
  expect(await connected.cluster.remove(REF)).toBe(left);
});
