import { afterEach, expect, test } from '@jest/globals';
import type { Connected } from '../../src/cluster/index.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { type Answer, type Arrived, type FakeApi, openFakeApi } from './fake-api.ts';

const OF = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo' };
const open: { api: FakeApi | null; connected: Connected | null } = { api: null, connected: null };

afterEach(async () => {
  await open.connected?.close();
  await open.api?.close();
});

async function against(answer: (request: Arrived, watches: number) => Answer | null): Promise<Connected & { arrived: readonly Arrived[] }> {
  const count = { watches: 0 };
  const api = await openFakeApi(request => {
    if (isWatch(request)) count.watches += 1;
    return answer(request, count.watches);
  });
  open.api = api;
  const connected = await api.connect();
  open.connected = connected;
  return { ...connected, arrived: api.arrived };
}

function isWatch(request: Arrived): boolean {
  return request.path.includes('watch=true');
}

function config(name: string, resourceVersion: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'demo', resourceVersion } };
}

function listed(resourceVersion: string, ...items: readonly KubeObject[]): Answer {
  return { body: { metadata: { resourceVersion }, items } };
}

async function until(connected: Connected, wanted: string): Promise<readonly string[]> {
  const over = new AbortController();
  const seen: string[] = [];
  for await (const set of connected.cluster.watch(OF, over.signal)) {
    seen.push(set.map(object => object.metadata.name).join('+'));
    if (seen.at(-1) === wanted) over.abort();
  }
  return seen;
}

test('an expired watch reads the set again', async () => {
  const connected = await against((request, watches) => {
    if (!isWatch(request)) return watches === 0 ? listed('5', config('a', '1')) : listed('9', config('b', '8'));
    return watches === 1 ? { open: [{ type: 'ERROR', object: { kind: 'Status', code: 410 } }] } : { open: [] };
  });
  expect((await until(connected, 'b')).at(-1)).toBe('b');
});

test('a watch that breaks goes on from the last moment seen, without reading again', async () => {
  const connected = await against((request, watches) => {
    if (!isWatch(request)) return listed('5');
    if (watches === 1) return { body: { type: 'ADDED', object: config('a', '6') } };
    return { open: [{ type: 'ADDED', object: config('b', '7') }] };
  });
  const seen = await until({ ...connected }, 'b');
  expect(seen.at(-1)).toBe('b');
  expect(connected.arrived.filter(request => !isWatch(request))).toHaveLength(1);
});

test('a watch ends at once when its signal aborts, also while nothing happens', async () => {
  const { cluster } = await against(request => (isWatch(request) ? { open: [] } : listed('5')));
  const over = new AbortController();
  const ended = (async () => {
    for await (const _ of cluster.watch(OF, over.signal)) setImmediate(() => over.abort());
  })();
  // Nothing else ends it: neither a line nor a silence of minutes.
  await expect(ended).resolves.toBeUndefined();
});

test('a watch that may not be is an error, not an empty set', async () => {
  const message = 'configmaps is forbidden: User "bob" cannot list resource "configmaps" in API group "" in the namespace "demo"';
  const { cluster } = await against(() => ({ status: 403, body: { kind: 'Status', reason: 'Forbidden', message, code: 403 } }));
  const iterator = cluster.watch(OF, new AbortController().signal)[Symbol.asyncIterator]();
  await expect(iterator.next()).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a consumer that is content with the first set costs no watch', async () => {
  const { cluster, arrived } = await against(request => (isWatch(request) ? { open: [] } : listed('5', config('a', '1'))));
  for await (const _ of cluster.watch(OF, new AbortController().signal)) break;
  expect(arrived.map(({ path }) => path)).toEqual([expect.stringMatching(/configmaps\?limit/)]);
});

test('a consumer that wants more hears of what happened since the first set', async () => {
  const connected = await against(request =>
    isWatch(request) ? { open: [{ type: 'ADDED', object: config('b', '6') }] } : listed('5', config('a', '1')),
  );
  expect(await until(connected, 'a+b')).toEqual(['a', 'a+b']);
  expect(connected.arrived.filter(isWatch).map(({ path }) => path)).toEqual([expect.stringContaining('resourceVersion=5')]);
});

test('where every watch ends at once the set is read instead, with hardly a watch more', async () => {
  let reads = 0;
  const connected = await against(request => {
    if (isWatch(request)) return { open: [], ends: true };
    reads += 1;
    return listed(String(reads), reads < 4 ? config('a', '5') : config('b', '9'));
  });
  await until(connected, 'b');
  expect(connected.arrived.filter(isWatch).length).toBeLessThan(4);
});

const nonsense: readonly (readonly [string, unknown])[] = [
  ['a page', '<html>Sign in</html>'],
  ['a status', { kind: 'Status', status: 'Failure', code: 500 }],
  ['an error', { type: 'ERROR', object: { kind: 'Status', code: 410 } }],
];

test.each(nonsense)('where every watch is answered 200 with %s the set is read instead, with hardly a watch more', async (_, line) => {
  let reads = 0;
  const connected = await against(request => {
    if (isWatch(request)) return { open: [line], ends: true };
    reads += 1;
    return listed(String(reads), reads < 5 ? config('a', '5') : config('b', '9'));
  });
  await until(connected, 'b');
  expect(connected.arrived.filter(isWatch).length).toBeLessThan(4);
});
