import { describe, expect, test } from '@jest/globals';
import { restore } from '../../../src/execute/races/restore.ts';
import { keyOf, refOf } from '../../../src/manifests/refs.ts';
import type { Cluster } from '../../../src/model/kube.ts';
import { aDeployment } from '../../build/deployment.ts';
import { aService } from '../../build/service.ts';
import { aSession } from '../../build/session.ts';
import { fakeCluster } from '../../fakes/cluster.ts';

const owners = (manager: string) => [{ manager, operation: 'Apply' }];
const original = aService('web')
  .uid('1')
  .labels({ team: 'shop' })
  .annotations({ note: 'mine' })
  .field('metadata.managedFields', owners('kubectl'))
  .build();

describe('an object of the user’s that is put back', () => {
  test('has its content, labels, annotations and owners again', async () => {
    const changed = aService('web')
      .uid('1')
      .labels({ ours: 'x' })
      .selecting({ app: 'other' })
      .field('metadata.managedFields', owners('kubernetes-rollout'))
      .build();
    const cluster = fakeCluster(changed);
    await restore(aSession(cluster), original);
    const { resourceVersion: _version, ...metadata } = (await cluster.get(refOf(original)))?.metadata ?? { name: '' };
    expect([metadata, (await cluster.get(refOf(original)))?.spec]).toEqual([original.metadata, original.spec]);
  });

  test('is not written where nothing was changed', async () => {
    const cluster = fakeCluster(original);
    await restore(aSession(cluster), original);
    expect(cluster.writes).toEqual([]);
  });

  test('keeps what controllers wrote beside the user', async () => {
    const revision = 'deployment.kubernetes.io/revision';
    const now = aDeployment('web')
      .uid('1')
      .annotations({ [revision]: '5' })
      .image('app:2')
      .build();
    const cluster = fakeCluster(now);
    await restore(
      aSession(cluster),
      aDeployment('web')
        .uid('1')
        .annotations({ [revision]: '3', note: 'mine' })
        .build(),
    );
    expect((await cluster.get(refOf(now)))?.metadata.annotations).toEqual({ [revision]: '5', note: 'mine' });
  });

  test('loses what it did not have', async () => {
    const cluster = fakeCluster(aService('web').uid('1').annotations({ added: 'x' }).field('data', { added: 'x' }).build());
    await restore(aSession(cluster), aService('web').uid('1').build());
    const now = await cluster.get(refOf(original));
    expect([now?.data, now?.metadata.annotations]).toEqual([undefined, undefined]);
  });

  test('is made anew where it is gone, and that is told', async () => {
    const cluster = fakeCluster();
    const session = aSession(cluster);
    await restore(session, original);
    expect(await cluster.get(refOf(original))).toMatchObject({ spec: original.spec, metadata: { labels: { team: 'shop' } } });
    expect(session.events).toMatchObject([{ type: 'notice', level: 'warning', text: 'Service demo/web was gone and is created again' }]);
  });

  test('is made anew where it goes in this very moment, and put back where somebody else makes it', async () => {
    const changed = aService('web').selecting({ app: 'other' }).build();
    const cluster = fakeCluster();
    const refused: string[] = [];
    const others = [() => cluster.objects.set(keyOf(refOf(original)), changed), () => cluster.objects.clear(), () => undefined];
    // Somebody is faster than the first two writes.
    const meanwhile = async <T>(what: string, send: () => Promise<T>): Promise<T> => {
      others.shift()?.();
      return await send().catch((error: unknown) => {
        refused.push(what);
        throw error;
      });
    };
    const busy: Cluster = {
      ...cluster,
      create: (...given) => meanwhile('create', () => cluster.create(...given)),
      patch: (...given) => meanwhile('patch', () => cluster.patch(...given)),
    };
    const session = aSession(busy);
    await restore(session, original);
    expect(refused).toEqual(['create', 'patch']);
    expect((await cluster.get(refOf(original)))?.spec).toEqual(original.spec);
    expect(session.events).toMatchObject([{ text: 'Service demo/web was gone and is created again' }]);
  });
});
