import { afterEach, describe, expect, test } from '@jest/globals';
import type { Connected } from '../../src/cluster/index.ts';
import type { KubeObject, Ref } from '../../src/model/kube.ts';
import { hurriedTime } from '../fakes/time.ts';
import { type Answer, type Arrived, type FakeApi, openFakeApi } from './fake-api.ts';

const REF: Ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: 'c' };
const OBJECT: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'demo' }, data: { a: '1' } };

const open: { api: FakeApi | null; connected: Connected | null } = { api: null, connected: null };

afterEach(async () => {
  await open.connected?.close();
  await open.api?.close();
});

async function against(
  answer: (request: Arrived, count: number) => Answer | null,
  user: object = {},
): Promise<Connected & { arrived: readonly Arrived[]; waits: readonly number[] }> {
  const waits: number[] = [];
  const api = await openFakeApi(answer);
  open.api = api;
  const connected = await api.connectBy(hurriedTime(waits, [15_000, 35_000, 120_000]), user);
  open.connected = connected;
  return { ...connected, arrived: api.arrived, waits };
}

function status(code: number, reason: string, message: string): Answer {
  return { status: code, body: { kind: 'Status', reason, message, code } };
}

describe('a request', () => {
  test('that is too many waits as long as it is told and goes again', async () => {
    const { cluster, arrived, waits } = await against((_, count) =>
      count === 1 ? { ...status(429, 'TooManyRequests', 'slow down'), headers: { 'retry-after': '1' } } : { body: OBJECT },
    );
    expect(await cluster.create(OBJECT)).toEqual(OBJECT);
    expect(waits).toEqual([1000]);
    expect(arrived).toHaveLength(2);
  });

  test('that a busy server wants at once is not sent ten times a second', async () => {
    const { cluster, waits } = await against((_, count) =>
      count <= 6
        ? { ...status(429, 'TooManyRequests', 'slow down'), headers: { 'retry-after': count < 4 ? '0' : '-5' } }
        : { body: OBJECT },
    );
    expect(await cluster.create(OBJECT)).toEqual(OBJECT);
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3000]);
  });

  test('that a busy server wants at a date waits until then, and no longer than for a number', async () => {
    const { cluster, waits } = await against((_, count) => {
      const later = new Date(Date.now() + (count === 1 ? 10_000 : 9e9)).toUTCString();
      return count <= 2 ? { ...status(429, 'TooManyRequests', 'slow down'), headers: { 'retry-after': later } } : { body: OBJECT };
    });
    expect(await cluster.create(OBJECT)).toEqual(OBJECT);
    expect(Math.abs((waits[0] ?? 0) - 9_500)).toBeLessThan(1_500);
    expect(waits[1]).toBe(30_000);
  });

  test('whose connection breaks is sent again when it reads', async () => {
    const { cluster } = await against((_, count) => (count === 1 ? null : { body: OBJECT }));
    expect(await cluster.get(REF)).toEqual(OBJECT);
  });

  test('whose connection breaks inside the answer is sent again when it reads', async () => {
    const { cluster } = await against((_, count) => (count === 1 ? { cut: '{"apiVersion":' } : { body: OBJECT }));
    expect(await cluster.get(REF)).toEqual(OBJECT);
  });

  test('to read that met an internal error is sent again, one to write is not', async () => {
    const { cluster, arrived } = await against((_, count) => (count === 2 ? { body: OBJECT } : status(500, 'InternalError', 'oops')));
    expect(await cluster.get(REF)).toEqual(OBJECT);
    await expect(cluster.create(OBJECT)).rejects.toMatchObject({ code: 'API_ERROR' });
    expect(arrived.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
  });

  test('to create whose connection breaks is not sent again when it had arrived', async () => {
    const live = { ...OBJECT, metadata: { ...OBJECT.metadata, uid: 'u', creationTimestamp: new Date().toISOString() } };
    const { cluster, arrived } = await against((request, _) => (request.method === 'POST' ? null : { body: live }));
    expect((await cluster.create(OBJECT)).metadata.uid).toBe('u');
    expect(arrived.map(request => request.method)).toEqual(['POST', 'GET']);
  });

  test('to create whose connection breaks is sent again when it had not arrived', async () => {
    const { cluster, arrived } = await against((request, count) => {
      if (count === 1) return null;
      return request.method === 'POST' ? { status: 201, body: OBJECT } : status(404, 'NotFound', 'configmaps "c" not found');
    });
    expect(await cluster.create(OBJECT)).toEqual(OBJECT);
    expect(arrived.map(request => request.method)).toEqual(['POST', 'GET', 'POST']);
  });

  test('that is forbidden is never absent, and the rule to add is named', async () => {
    const message = 'configmaps "c" is forbidden: User "bob" cannot get resource "configmaps" in API group "" in the namespace "demo"';
    const { cluster } = await against(() => status(403, 'Forbidden', message));
    await expect(cluster.get(REF)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: '"bob" may not get configmaps "c" in namespace "demo".',
      hint: 'Add to its Role: {apiGroups: [""], resources: ["configmaps"], verbs: ["get"]}',
    });
  });

  test('with a static token that is refused is not repeated', async () => {
    const { cluster, arrived } = await against(() => status(401, 'Unauthorized', 'no'), { token: 'abc' });
    await expect(cluster.get(REF)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(arrived).toHaveLength(1);
  });

  test('under way when the connection is closed ends', async () => {
    const { cluster, close } = await against(() => ({ ...status(429, 'TooManyRequests', 'later'), headers: { 'retry-after': '20' } }));
    const pending = cluster.get(REF);
    const ended = expect(pending).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await cluster.served('v1', 'ConfigMap');
    await close();
    await ended;
  });
});

describe('an error', () => {
  test('shows no value of a Secret and no known token', async () => {
    const message =
      'failed to create typed patch object (demo/s; /v1, Kind=Secret): .stringData.p: expected string, got &value.valueUnstructured{Value:87654321}';
    const { cluster } = await against(
      request => (request.method === 'GET' ? status(404, 'NotFound', 'secrets "s" not found') : status(500, '', `${message} tok-12345`)),
      { token: 'tok-12345' },
    );
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'demo' } };
    const refused = await cluster.apply(secret).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'INVALID', message: expect.stringContaining('.stringData.p: expected string') });
    expect(String(refused)).not.toMatch(/87654321|tok-12345/);
  });

  test('of a server that is not there names it, without the credentials in its URL', async () => {
    const api = await openFakeApi(() => null);
    await api.close();
    const connected = await api.connect();
    await expect(connected.cluster.get(REF)).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining(api.server) });
    await connected.close();
  });
});

describe('the clock', () => {
  test("is the API server's", async () => {
    const { cluster } = await against(() => ({ body: OBJECT, headers: { date: 'Tue, 01 Jan 2030 00:00:00 GMT' } }));
    await cluster.get(REF);
    expect(Math.abs(cluster.now() - Date.UTC(2030, 0, 1))).toBeLessThan(2000);
  });
});
