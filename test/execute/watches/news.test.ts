import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../../src/errors.ts';
import { awaitReady } from '../../../src/execute/waits/ready.ts';
import { lastLines } from '../../../src/execute/watches/last-lines.ts';
import { newsAbout } from '../../../src/execute/watches/news.ts';
import type { Cluster, KubeObject } from '../../../src/model/kube.ts';
import { anObject } from '../../build/any.ts';
import { anEvent } from '../../build/event.ts';
import { aSession } from '../../build/session.ts';
import { fakeCluster } from '../../fakes/cluster.ts';

/** A clock that a test moves, and the lists of events that were asked for. */
function world(given: Cluster) {
  let now = 0;
  const lists: string[] = [];
  const cluster: Cluster = {
    ...given,
    time: { ...given.time, elapsed: () => now },
    list: of => {
      lists.push(of.namespace ?? '');
      return given.list(of);
    },
  };
  const pass = (seconds: number): void => {
    now += seconds * 1000;
  };
  return { session: aSession(cluster), lists, pass };
}

const ref = (name: string) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'demo', name });

test('events are read for waits that take long only, now and then, and once for all that wait', async () => {
  const { session, lists, pass } = world(
    fakeCluster(anEvent(anObject('apps/v1', 'StatefulSet', 'db').build(), { reason: 'Any', message: '' })),
  );
  const [db, queue] = [newsAbout(session, ref('db')), newsAbout(session, ref('queue'))];
  expect(await db()).toEqual([]);
  pass(6);
  expect(await db()).toHaveLength(1);
  expect(await queue()).toHaveLength(1);
  expect(lists).toEqual(['demo']);
  pass(11);
  await queue();
  expect(lists).toEqual(['demo', 'demo']);
});

test('without leave to list events there are none', async () => {
  const { session, pass } = world({ ...fakeCluster(), list: () => Promise.reject(new RolloutError('FORBIDDEN', 'no', '')) });
  const news = newsAbout(session, ref('db'));
  pass(6);
  expect(await news()).toEqual([]);
});

test('a StatefulSet whose pods admission refuses is not waited for to the timeout: only events tell of it', async () => {
  const set = anObject('apps/v1', 'StatefulSet', 'db')
    .namespace('demo')
    .field('metadata.generation', 1)
    .field('spec.replicas', 1)
    .field('status', { observedGeneration: 1, replicas: 0 })
    .build();
  const words = 'create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: violates PodSecurity "restricted:latest"';
  const event = anEvent(set, { reason: 'FailedCreate', message: words, second: 1 });
  const watch: Cluster['watch'] = async function* (): AsyncGenerator<readonly KubeObject[]> {
    for (let i = 0; i < 10; i++) {
      pass(4);
      yield [{ ...set, metadata: { ...set.metadata, resourceVersion: String(i) } }];
    }
  };
  const { session, pass } = world({ ...fakeCluster(set, event), watch });
  await expect(awaitReady(session, { do: 'await-ready', ref: ref('db'), template: null, isStable: false })).rejects.toMatchObject({
    code: 'NOT_READY',
    message: `db: FailedCreate: ${words}`,
  });
});

describe('the last lines of a container', () => {
  const program = { namespace: 'demo', pod: 'web-1', container: 'web', previous: true };
  const said = (text: string) => lastLines({ logOf: async () => text }, program);

  test('are twenty and 4 kB at most, without colours', async () => {
    const many = await said(Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n'));
    expect(many).toMatchObject({ of: 'container web of pod web-1, before it was started again', lines: { length: 20 } });
    expect(many?.lines.at(-1)).toBe('line 49');
    expect((await said('x'.repeat(100_000)))?.lines.join('').length).toBe(4096);
    expect((await said('\u001b[31mfatal\u001b[0m: no database\n'))?.lines).toEqual(['fatal: no database']);
  });

  test('are left out where the Role does not let them be read, or there are none', async () => {
    expect(await said('')).toBeNull();
    expect(await lastLines({}, program)).toBeNull();
    expect(await lastLines({ logOf: () => Promise.reject(new Error('forbidden')) }, program)).toBeNull();
  });
});
