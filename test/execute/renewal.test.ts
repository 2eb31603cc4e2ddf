/** How a claim is kept, and how its loss is heard. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { type Lease, openLease } from '../../src/execute/lease.ts';
import { decode } from '../../src/manifests/record.ts';
import type { Rollout } from '../../src/model/record.ts';
import { aDeployment } from '../build/deployment.ts';
import { aRollout } from '../build/record.ts';
import { aSession } from '../build/session.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';

const BEGAN = 1_700_000_000_000;
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: 'web-rollout' };
const stable = aDeployment('web').build();
const heldBy = (process: string, more: Partial<Rollout> = {}): Rollout =>
  aRollout(stable, { holder: { run: 'run/1', process, name: 'run 1' }, done: false, ...more });

let leases: Lease[];
let lost: RolloutError[];
let cluster: FakeCluster;

beforeEach(() => {
  jest.useFakeTimers({ now: BEGAN });
  cluster = fakeCluster();
  [leases, lost] = [[], []];
});
afterEach(() => {
  for (const lease of leases) lease.stop();
  jest.useRealTimers();
});

function open(): Lease {
  const lease = openLease(aSession(cluster), { host: 'agent', pid: 1 }, error => void lost.push(error));
  leases.push(lease);
  return lease;
}

const claim = (lease: Lease, rollout: Rollout, version: string | null = null) =>
  lease.claim({ do: 'claim', rollout, version, previous: null });

async function stored(): Promise<Rollout | null> {
  const record = await cluster.get(ref);
  return record && decode(record, null);
}

const version = async (): Promise<string> => (await cluster.get(ref))?.metadata.resourceVersion ?? '';

test('a claim is renewed at a third of the time for which it holds, and only the time is written', async () => {
  await claim(open(), heldBy('a'));
  const before = await stored();
  await jest.advanceTimersByTimeAsync(19_000);
  expect(await stored()).toEqual(before);
  await jest.advanceTimersByTimeAsync(26_000);
  expect(await stored()).toEqual({ ...before, renewedAt: BEGAN + 40_000 });
});

test('a claim is renewed by every write of its record', async () => {
  const lease = open();
  await claim(lease, heldBy('a'));
  await jest.advanceTimersByTimeAsync(15_000);
  await lease.remember(heldBy('a', { stage: '40%' }));
  const written = cluster.writes.length;
  await jest.advanceTimersByTimeAsync(19_000);
  expect(cluster.writes).toHaveLength(written);
  await jest.advanceTimersByTimeAsync(2000);
  expect(await stored()).toMatchObject({ renewedAt: BEGAN + 35_000 });
});

test('a claim whose renewal failed is renewed again long before it lapses', async () => {
  const { patch } = cluster;
  const tried: number[] = [];
  cluster.patch = (...given) => {
    tried.push(Date.now() - BEGAN);
    return tried.length < 3 ? Promise.reject(new RolloutError('UNREACHABLE', 'no answer', '')) : patch(...given);
  };
  await claim(open(), heldBy('a'));
  await jest.advanceTimersByTimeAsync(59_000);
  expect([tried, lost]).toEqual([[20_000, 30_000, 40_000], []]);
});

test('a claim that somebody took over writes nothing more, and says so at the next renewal', async () => {
  const lease = open();
  await claim(lease, heldBy('a'));
  await claim(open(), heldBy('b'), await version());
  await jest.advanceTimersByTimeAsync(20_000);
  expect(lost).toMatchObject([{ code: 'CONCURRENT_ROLLOUT' }]);
  await expect(lease.remember(heldBy('a', { stage: '40%' }))).rejects.toMatchObject({ code: 'CONCURRENT_ROLLOUT' });
  expect(await stored()).toMatchObject({ stage: '20%', holder: { process: 'b' } });
});

test('a claim whose record is gone was taken over by nobody: it says what it found', async () => {
  const lease = open();
  await claim(lease, heldBy('a'));
  await cluster.remove(ref, {});
  await jest.advanceTimersByTimeAsync(20_000);
  const gone = 'the record of this rollout, ConfigMap demo/web-rollout, is gone, so this run stops writing';
  expect(lost).toMatchObject([{ code: 'CONCURRENT_ROLLOUT', message: gone }]);
  await expect(lease.remember(heldBy('a'))).rejects.toMatchObject({ message: gone });
});
