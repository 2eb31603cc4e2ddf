import { describe, expect, test } from '@jest/globals';
import { fullSize, isGoingOn, isOpen, isStarted, observe, originalsOf, stableChanged, underClaim } from '../../src/plan/world/facts.ts';
import { aSplit } from '../build/facts.ts';
import { aRequest } from '../build/request.ts';
import { aRollout } from '../build/rollout.ts';
import { anOrder, aRecordView, aView, aWorkload, ourRoute } from '../build/view.ts';

const record = aRecordView();
const ours = (replicas: number) => aWorkload('v2', replicas, { ours: true });

describe('stable', () => {
  test.each([
    ['is absent before the first release', aView({ workloads: {} }), 'absent'],
    ['runs another release', aView(), 'other'],
    ['runs the release anyhow', aView({ workloads: { stable: aWorkload('v2', 10) } }), 'same'],
    [
      'runs the release by this rollout’s promote',
      aView({ workloads: { stable: aWorkload('v2', 10) }, record: { ...record, replaced: 'v2' } }),
      'replaced',
    ],
    ['was made by this rollout', aView({ record: { ...record, originals: { stable: null, routes: {} } } }), 'created'],
    [
      'was there before a claim under which nothing was written',
      aView({ record: aRecordView({ stage: 'claimed', originals: { stable: null, routes: {} } }) }),
      'other',
    ],
  ] as const)('%s', (_, view, stable) => {
    expect(observe(anOrder(), view).stable).toBe(stable);
  });

  test('is changed where it is neither what was compared with nor what the rollout wrote', () => {
    expect(stableChanged(aView({ record }))).toBe(false);
    expect(stableChanged(aView({ record: { ...record, base: 'v0' } }))).toBe(true);
    expect(stableChanged(aView({ record: { ...record, base: 'v0', replaced: 'v1' } }))).toBe(false);
    expect(stableChanged(aView({ record: { ...record, base: 'v0', stage: 'claimed' } }))).toBe(false);
  });
});

describe('the full size', () => {
  const pods = anOrder({ routing: 'pods' });

  test('is stable’s own count under a mesh, and the record’s once it was stopped', () => {
    expect(fullSize(anOrder(), aView({ record }))).toBe(10);
    expect(fullSize(anOrder(), aView({ workloads: { stable: aWorkload('v1', 0) }, record }))).toBe(10);
  });

  test('is the record’s where stable was shrunk, unless somebody has given it more', () => {
    expect(fullSize(pods, aView({ workloads: { stable: aWorkload('v1', 4) }, record }))).toBe(10);
    expect(fullSize(pods, aView({ workloads: { stable: aWorkload('v1', 12) }, record }))).toBe(12);
  });

  test('is what stable has now where it gave up no pods', () => {
    expect(fullSize(pods, aView({ workloads: { stable: aWorkload('v1', 4) }, record: { ...record, whole: true } }))).toBe(4);
  });

  test('is the largest there is without a record, and all together where pods were moved', () => {
    const workloads = { stable: aWorkload('v1', 3), baseline: ours(1), canary: ours(6) };
    expect(fullSize(pods, aView({ workloads }))).toBe(6);
    expect(fullSize(anOrder({ routing: 'pods', split: aSplit({ pods: 'constant' }) }), aView({ workloads }))).toBe(10);
  });

  test('counts no Deployment that is not ours', () => {
    expect(fullSize(pods, aView({ workloads: { stable: aWorkload('v1', 3), canary: aWorkload('v2', 6) } }))).toBe(3);
  });
});

describe('a rollout', () => {
  test('is open by a record, a label, a leaf, a route of ours or a variant of ours, and by nothing else', () => {
    expect(isOpen(aView())).toBe(false);
    expect(isOpen(aView({ record }))).toBe(true);
    expect(isOpen(aView({ remains: true }))).toBe(true);
    expect(isOpen(aView({ services: ['canary'] }))).toBe(true);
    expect(isOpen(aView({ routes: { web: ourRoute({ stable: 1000 }) } }))).toBe(true);
    expect(isOpen(aView({ routes: { web: { owner: 'user', traffic: { weights: { stable: 1000 } } } } }))).toBe(false);
    expect(isOpen(aView({ workloads: { canary: ours(1) } }))).toBe(true);
    expect(isOpen(aView({ workloads: { canary: aWorkload('v2', 1) } }))).toBe(false);
  });

  test('of another release is not this deploy’s own, and of another run not this reject’s', () => {
    const world = (more: Partial<typeof record>) => aView({ record: { ...record, ...more } });
    expect(observe(anOrder(), world({})).open).toBe('ours');
    expect(observe(anOrder(), world({ release: 'v9' })).open).toBe('theirs');
    const reject = anOrder({ action: 'reject', release: null, next: null, run: { id: '2', name: 'run 2' } });
    expect(observe(reject, world({})).open).toBe('theirs');
    expect(observe({ ...reject, takesAny: true }, world({})).open).toBe('ours');
    expect(observe({ ...reject, run: { id: '1', name: 'run 1' } }, world({})).open).toBe('ours');
  });

  test('whose reject never ended is not gone on with by a deploy', () => {
    expect(observe(anOrder(), aView({ record: { ...record, action: 'reject' } })).open).toBe('theirs');
  });

  test('has started when more than its claim was written, and goes on for its own release', () => {
    expect(isStarted(aRollout({ stage: 'claimed' }), null)).toBe(false);
    expect(isStarted(aRollout(), 'v2')).toBe(true);
    expect(isStarted(aRollout(), 'v3')).toBe(false);
    const request = (action: string) => ({ ...aRequest({ inputs: { action } }), release: 'v3' });
    expect([isGoingOn(aRollout(), request('deploy')), isGoingOn(aRollout(), request('promote'))]).toEqual([false, true]);
  });
});

test('what has to be put back is the user’s route as it was, and nothing for a route of ours', () => {
  const routes = { edge: { owner: 'user', traffic: { weights: { stable: 700, canary: 300 } } }, mesh: ourRoute({ stable: 1000 }) } as const;
  expect(originalsOf(anOrder(), aView({ routes }))).toEqual({
    stable: { template: 'v1', replicas: 10 },
    routes: { edge: { owner: 'user', traffic: { weights: { stable: 1000 } } }, mesh: null },
  });
});

test('under a claim what is live now counts, and behind the first stage the record does', () => {
  const claimed = aRecordView({ stage: 'claimed', base: 'v0', originals: { stable: { template: 'v0', replicas: 3 }, routes: {} } });
  expect(underClaim(anOrder(), aView({ record: claimed })).record).toMatchObject({
    base: 'v1',
    originals: { stable: { template: 'v1', replicas: 10 } },
  });
  expect(underClaim(anOrder(), aView({ record })).record).toBe(record);
});
