import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../../src/errors.ts';
import { createNew } from '../../../src/execute/races/create.ts';
import { removeKnown } from '../../../src/execute/races/remove.ts';
import { replace } from '../../../src/execute/races/replace.ts';
import { asChanged } from '../../../src/execute/races/told.ts';
import { keyOf, refOf } from '../../../src/manifests/refs.ts';
import type { Cluster, KubeObject } from '../../../src/model/kube.ts';
import { aDeployment } from '../../build/deployment.ts';
import { aService } from '../../build/service.ts';
import { aSession } from '../../build/session.ts';
import { type FakeCluster, fakeCluster } from '../../fakes/cluster.ts';

const service = aService('web').build();
const deployment = aDeployment('web-canary').build();
const liveOf = (cluster: FakeCluster, object: KubeObject): KubeObject | undefined => cluster.objects.get(keyOf(refOf(object)));

describe('an object of ours whose name another one bears', () => {
  const refused = { code: 'CONCURRENT_ROLLOUT', message: expect.stringContaining('it appeared after the plan was made') };

  test('takes nothing over', async () => {
    const cluster = fakeCluster(deployment);
    await expect(createNew(aSession(cluster), deployment)).rejects.toMatchObject(refused);
    expect(cluster.writes).toEqual([]);
  });

  test('is created where the other one went in this very moment', async () => {
    const cluster = fakeCluster(deployment);
    const going: Cluster = {
      ...cluster,
      get: async ref => {
        cluster.objects.delete(keyOf(ref));
        return null;
      },
    };
    expect(await createNew(aSession(going), deployment)).toMatchObject({ metadata: { name: 'web-canary' } });
  });

  test('is created once the other one, which is being deleted, is gone', async () => {
    const old = { ...deployment, metadata: { ...deployment.metadata, deletionTimestamp: '2026-01-31T12:00:00Z' } };
    const cluster = fakeCluster(old);
    const shown: (readonly KubeObject[])[] = [];
    const ending: Cluster = {
      ...cluster,
      watch: async function* () {
        shown.push([...cluster.objects.values()]);
        yield [...cluster.objects.values()];
        cluster.objects.clear();
        yield [];
      },
    };
    await createNew(aSession(ending), deployment);
    expect([shown.length, cluster.writes]).toEqual([1, ['create Deployment web-canary']]);
  });

  test('is refused where a third one was faster still', async () => {
    const busy: Cluster = { ...fakeCluster(deployment), get: async () => null };
    await expect(createNew(aSession(busy), deployment)).rejects.toMatchObject(refused);
  });
});

test('a patch whose test of the old value fails says that another writer was there', async () => {
  const cluster = fakeCluster(service);
  const patching = cluster.patch(refOf(service), [{ op: 'test', path: '/spec/type', value: 'LoadBalancer' }], { manager: 'ours' });
  await expect(patching.catch(asChanged)).rejects.toMatchObject({
    code: 'CONCURRENT_ROLLOUT',
    message: expect.stringContaining('it was changed after the plan was made'),
  });
});

describe('a replacement', () => {
  const changed = { ...service, spec: { ...service.spec, type: 'NodePort' } };
  const seen = (cluster: FakeCluster) => {
    const session = aSession(cluster);
    session.seen.set(keyOf(refOf(service)), liveOf(cluster, service) ?? service);
    return session;
  };

  test('goes on over a status that a controller wrote in between', async () => {
    const cluster = fakeCluster(service);
    const session = seen(cluster);
    await cluster.patch(refOf(service), [{ op: 'add', path: '/status', value: { loadBalancer: {} } }], { manager: 'controller' });
    await replace(session, changed);
    expect(liveOf(cluster, service)?.spec?.type).toBe('NodePort');
  });

  test('stops where somebody has changed the content', async () => {
    const cluster = fakeCluster(service);
    const session = seen(cluster);
    await cluster.patch(refOf(service), [{ op: 'add', path: '/spec/type', value: 'ExternalName' }], { manager: 'editor' });
    await expect(replace(session, changed)).rejects.toMatchObject({ code: 'ROUTE_CHANGED' });
    expect(liveOf(cluster, service)?.spec?.type).toBe('ExternalName');
  });
});

describe('a deletion of what was read', () => {
  const refusing = (code: RolloutError['code']): Cluster => ({
    ...fakeCluster(service),
    remove: async () => {
      throw new RolloutError(code, 'Could not delete Service web', 'A fake has no hints.');
    },
  });

  test('leaves another one that bears its name by now, and says so', async () => {
    expect(await removeKnown(aSession(refusing('CONFLICT')), { ref: refOf(service), uid: 'read' })).toBe('replaced');
  });

  test('tells whether it is gone, or waits for what it owns', async () => {
    const fake = fakeCluster(service);
    expect(await removeKnown(aSession(fake), { ref: refOf(service) })).toBe('gone');
    expect(await removeKnown(aSession({ ...fake, remove: async () => 'going' }), { ref: refOf(service) })).toBe('going');
  });

  test('that the login may not is no race', async () => {
    await expect(removeKnown(aSession(refusing('FORBIDDEN')), { ref: refOf(service), uid: 'read' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
