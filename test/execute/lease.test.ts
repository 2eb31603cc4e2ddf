import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { type Lease, openLease } from '../../src/execute/lease.ts';
import { decode } from '../../src/manifests/record.ts';
import { templateOf } from '../../src/manifests/template.ts';
import type { Rollout } from '../../src/model/record.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aRollout } from '../build/record.ts';
import { aSession } from '../build/session.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: 'web-rollout' };
const stable = aDeployment('web').build();
const heldBy = (process: string, more: Partial<Rollout> = {}): Rollout =>
  aRollout(stable, { holder: { run: 'run/1', process, name: 'run 1' }, done: false, ...more });
const keys = anObject('v1', 'Secret', 'keys').namespace('demo').field('data', { a: 'YQ==' }).build();
const hiding: Partial<Rollout> = { originals: { stable, routes: [], others: [keys] } };

const leases: Lease[] = [];
let lost: RolloutError[] = [];
let cluster: FakeCluster;

beforeEach(() => {
  jest.useFakeTimers({ now: 1_700_000_000_000 });
  cluster = fakeCluster();
  lost = [];
});
afterEach(() => {
  for (const lease of leases.splice(0)) lease.stop();
  jest.useRealTimers();
});

function open(pid = 1): Lease {
  const lease = openLease(aSession(cluster), { host: 'agent', pid }, error => void lost.push(error));
  leases.push(lease);
  return lease;
}

const claim = (lease: Lease, rollout: Rollout, previous: Rollout | null = null, version: string | null = null) =>
  lease.claim({ do: 'claim', rollout, version, previous });

async function stored(): Promise<Rollout | null> {
  const [configMap, secret] = [await cluster.get(ref), await cluster.get({ ...ref, kind: 'Secret' })];
  return configMap && decode(configMap, secret);
}

const version = async (): Promise<string> => (await cluster.get(ref))?.metadata.resourceVersion ?? '';

describe('a claim', () => {
  test('is a record that names the process and its machine', async () => {
    await claim(open(7), heldBy('a'));
    expect((await stored())?.holder).toMatchObject({ process: 'a', host: 'agent', pid: 7 });
  });

  test('is had by the first of two', async () => {
    await claim(open(), heldBy('a'));
    await expect(claim(open(), heldBy('b'))).rejects.toMatchObject({ code: 'CONCURRENT_ROLLOUT' });
    expect((await stored())?.holder).toMatchObject({ process: 'a' });
  });

  test('over an older record is had by the first that read it', async () => {
    await claim(open(), heldBy('old'));
    const read = await version();
    await claim(open(), heldBy('a'), null, read);
    await expect(claim(open(), heldBy('b'), null, read)).rejects.toMatchObject({ code: 'CONCURRENT_ROLLOUT' });
  });

  test('keeps in its list what an earlier stage of the same process brought', async () => {
    const lease = open();
    const brought = { ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: 'settings' } };
    await claim(lease, heldBy('a'));
    await lease.remember(heldBy('a', { stage: '5%', created: [brought] }));
    await lease.remember(heldBy('a', { stage: '10%', created: [] }));
    expect(await stored()).toMatchObject({ stage: '10%', created: [brought] });
  });

  test('keeps what has to be put back as its first stage found it: a later one sees what the rollout made of it', async () => {
    const lease = open();
    const found = { stable: null, routes: [{ name: 'web', objects: [anObject('v1', 'Service', 'found').build()] }], others: [] };
    const seen = { ...found, routes: [{ name: 'web', objects: [anObject('v1', 'Service', 'split').build()] }] };
    await claim(lease, heldBy('a', { originals: { stable: null, routes: [], others: [] } }));
    await lease.remember(heldBy('a', { stage: '5%', originals: found }));
    await lease.remember(heldBy('a', { stage: '10%', originals: seen }));
    expect(await stored()).toMatchObject({ stage: '10%', originals: found });
  });

  test('that the API server finds invalid is no other run’s', async () => {
    const invalid = new RolloutError('INVALID', 'too long', 'Make it shorter.');
    cluster = { ...cluster, create: () => Promise.reject(invalid) };
    await expect(claim(open(), heldBy('a'))).rejects.toBe(invalid);
  });

  test('of a machine that slept is looked at before the next write', async () => {
    const lease = open();
    await claim(lease, heldBy('a'));
    await expect(lease.guard()).resolves.toBeUndefined();
    await claim(open(), heldBy('b'), null, await version());
    lease.stop();
    await jest.advanceTimersByTimeAsync(31_000);
    await expect(lease.guard()).rejects.toMatchObject({ code: 'CONCURRENT_ROLLOUT' });
  });

  test('that is let go leaves the rollout open for the next, at the stage that was reached', async () => {
    const lease = open();
    await claim(lease, heldBy('a', { stage: 'claimed' }));
    await lease.remember(heldBy('a', { stage: '40%' }));
    await lease.letGo(heldBy('a', { stage: 'claimed' }), true);
    expect(await stored()).toMatchObject({ holder: null, done: true, stage: '40%' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect([lost, lease.held()]).toEqual([[], []]);
  });

  test('notes what was created by identity', async () => {
    const lease = open();
    const made = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'demo', name: 'web' };
    await claim(lease, heldBy('a'));
    lease.made(anObject('v1', 'ServiceAccount', 'web').namespace('demo').uid('7').build());
    await lease.remember(heldBy('a', { created: [{ ref: made }] }));
    expect((await stored())?.created).toEqual([{ ref: made, uid: '7' }]);
  });
});

describe('a claim that is given back', () => {
  test('is as if it had never been', async () => {
    const lease = open();
    await claim(lease, heldBy('a'));
    await lease.giveBack();
    expect([...cluster.objects.keys()]).toEqual([]);
  });

  test('leaves an older record as it was', async () => {
    await claim(open(), heldBy('old'));
    const previous = heldBy('old', { holder: null });
    const lease = open();
    await claim(lease, heldBy('a', { stage: '' }), previous, await version());
    await lease.giveBack();
    expect(await stored()).toEqual({ ...previous, renewedAt: 1_700_000_000_000 });
  });

  test('leaves no Secret that only the claim had', async () => {
    await claim(open(), heldBy('old'));
    const lease = open();
    await claim(lease, heldBy('a', hiding), heldBy('old'), await version());
    expect(cluster.writes).toContain('create Secret web-rollout');
    await lease.giveBack();
    expect([...cluster.objects.values()].map(({ kind }) => kind)).toEqual(['ConfigMap']);
  });

  test('is none any more, also where its Secret could not be written', async () => {
    const { create } = cluster;
    cluster = {
      ...cluster,
      create: async (object, options) => {
        if (object.kind === 'Secret') throw new RolloutError('FORBIDDEN', 'no right to create secrets', '');
        return await create(object, options);
      },
    };
    const lease = open();
    await expect(claim(lease, heldBy('a', hiding))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await lease.giveBack();
    expect([...cluster.objects.keys()]).toEqual([]);
  });

  test('is possible as long as only claims were written', async () => {
    const lease = open();
    await claim(lease, heldBy('a'));
    expect(lease.isUntouched()).toBe(true);
    await lease.guard();
    expect(lease.isUntouched()).toBe(false);
  });
});

describe('the Secret of a record', () => {
  test('goes when the record is closed', async () => {
    const lease = open();
    await claim(lease, heldBy('a', hiding));
    await lease.forget(ref);
    expect([...cluster.objects.keys()]).toEqual([]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(lost).toEqual([]);
  });

  test('goes when a newer stage has nothing to hide', async () => {
    const lease = open();
    await claim(lease, heldBy('a', { tested: { release: 'v2', files: [keys], template: templateOf(stable) } }));
    await lease.remember(heldBy('a'));
    expect([...cluster.objects.values()].map(({ kind }) => kind)).toEqual(['ConfigMap']);
  });

  test('is spoken of by the record from before it comes until it is gone, wherever a process may die', async () => {
    const told: unknown[] = [];
    const secret = { ...ref, kind: 'Secret' };
    const tell = async (): Promise<unknown> => told.push((await cluster.get(ref))?.data?.secrets);
    const { create, remove } = cluster;
    cluster = {
      ...cluster,
      create: async (object, options) => {
        if (object.kind === 'Secret') await tell();
        return await create(object, options);
      },
      remove: async (gone, options) => {
        if (gone.kind === 'Secret') await tell();
        return await remove(gone, options);
      },
    };
    const lease = open();
    await claim(lease, heldBy('a'));
    await lease.remember(heldBy('a', { tested: { release: 'v2', files: [keys], template: templateOf(stable) } }));
    await claim(lease, heldBy('a', { release: 'v3' }), null, await version());
    expect(await cluster.get(secret)).toBeNull();
    expect(told).toEqual(['true', 'true']);
  });
});
