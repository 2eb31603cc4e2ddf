import { afterEach, expect, test } from '@jest/globals';
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
