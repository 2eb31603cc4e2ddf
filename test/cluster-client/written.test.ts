/** A watch of what was just written: it goes on from the API server's answer, which tells how the object is. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { machineTime } from '../../src/cluster/clock.ts';
import type { Collection, KubeObject, Ref } from '../../src/model/kube.ts';
import { type Arrived, openFakeApi } from './fake-api.ts';

/** How far the process is on since it wrote. */
let later = 0;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  later = 0;
  for (const one of open.splice(0).reverse()) await one.close();
});

const config = (name: string, resourceVersion: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'demo', resourceVersion, ...more },
});
const refTo = (name: string): Ref => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name });
const all: Collection = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo' };
const isWatch = ({ path }: Arrived): boolean => path.includes('watch=true');

const deleted = (object: KubeObject) => ({ type: 'DELETED', object });

/** Where writes are answered so, by the name in their body or path, and a list shows nothing. */
async function writing(answers: Readonly<Record<string, KubeObject>>, told: readonly unknown[] = [deleted(config('a', '90'))]) {
  const api = await openFakeApi(request => {
    if (isWatch(request)) return { open: told };
    if (request.method === 'GET') return { body: { metadata: { resourceVersion: '50' }, items: [] } };
    return { body: answers[/"name":"(\w+)"/.exec(request.body)?.[1] ?? request.path.split('/').at(-1) ?? ''] };
  });
  open.push(api);
  const connected = await api.connectBy({ ...machineTime, elapsed: () => machineTime.elapsed() + later });
  open.push(connected);
  return { cluster: connected.cluster, arrived: api.arrived };
}

/** The names in the first sets of a watch, and how it asked. */
async function watched({ cluster, arrived }: Awaited<ReturnType<typeof writing>>, of: Ref | Collection, only?: readonly Ref[]) {
  const over = new AbortController();
  const sets: string[] = [];
  for await (const set of cluster.watch(of, over.signal, only)) {
    sets.push(set.map(({ metadata }) => metadata.name).join('+'));
    if (sets.length === 2) over.abort();
  }
  const asked = arrived.filter(({ method }) => method === 'GET').map(({ path }) => /resourceVersion=\d+|limit/.exec(path)?.[0]);
  return { sets, asked };
}

describe('an object that was just written', () => {
  test('is watched from the answer on, and not listed', async () => {
    const world = await writing({ a: config('a', '7') });
    await world.cluster.create(config('a', ''));
    expect(await watched(world, refTo('a'))).toEqual({ sets: ['a', ''], asked: ['resourceVersion=7'] });
  });

  test('and goes only by and by is so too', async () => {
    const world = await writing({ a: config('a', '7', { deletionTimestamp: '2026-01-01T00:00:00Z' }) });
    expect(await world.cluster.remove(refTo('a'))).toBe('going');
    expect(await watched(world, refTo('a'))).toEqual({ sets: ['a', ''], asked: ['resourceVersion=7'] });
  });

  test('among others that were is watched with them from the earliest answer on, as versions are numbers', async () => {
    const world = await writing({ a: config('a', '9'), b: config('b', '10') });
    await Promise.all([world.cluster.create(config('b', '')), world.cluster.create(config('a', ''))]);
    expect(await watched(world, all, [refTo('a'), refTo('b')])).toEqual({ sets: ['a+b', 'b'], asked: ['resourceVersion=9'] });
  });
});

test('what became of an earlier object by its name, before it was written, does not take it away', async () => {
  const world = await writing({ a: config('a', '9'), b: config('b', '11') }, [deleted(config('b', '10')), deleted(config('a', '12'))]);
  for (const name of ['a', 'b']) await world.cluster.create(config(name, ''));
  expect(await watched(world, all, [refTo('a'), refTo('b')])).toEqual({ sets: ['a+b', 'b'], asked: ['resourceVersion=9'] });
});

test('an answer that is due is waited for', async () => {
  const world = await writing({ a: config('a', '9'), b: config('b', '10') });
  const writes = ['a', 'b'].map(name => world.cluster.create(config(name, '')));
  await writes[1];
  expect(await watched(world, all, [refTo('a'), refTo('b')])).toMatchObject({ asked: ['resourceVersion=9'] });
  await Promise.all(writes);
});

describe('the set is listed first', () => {
  const first = { sets: ['', ''], asked: ['limit', 'resourceVersion=50'] };

  test('where somebody looks at more than was written', async () => {
    const world = await writing({ a: config('a', '7') });
    await world.cluster.create(config('a', ''));
    expect(await watched(world, all)).toEqual(first);
    const again = await writing({ a: config('a', '7') });
    await again.cluster.create(config('a', ''));
    expect(await watched(again, all, [refTo('a'), refTo('b')])).toEqual(first);
  });

  test('where the write was a try, or its answer no number', async () => {
    const world = await writing({ a: config('a', '7') });
    await world.cluster.create(config('a', ''), { dryRun: true });
    expect(await watched(world, refTo('a'))).toEqual(first);
    const strange = await writing({ a: config('a', 'x7') });
    await strange.cluster.create(config('a', ''));
    expect(await watched(strange, refTo('a'))).toEqual(first);
  });

  test('where the write was some seconds ago', async () => {
    const world = await writing({ a: config('a', '7') });
    await world.cluster.create(config('a', ''));
    later = 2000;
    expect(await watched(world, refTo('a'))).toEqual(first);
  });
});
