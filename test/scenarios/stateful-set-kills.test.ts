/** Releases of StatefulSets, killed behind every write, and the way back to earlier ones, on the simulated cluster. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { history } from '../../src/actions/history.ts';
import { at } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { db, pods, promote, reject, set, share } from '../build/stateful-set.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo } from '../stage/time.ts';
import { type Killed, killedBehindEach } from './killing.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const three = (version: string): readonly KubeObject[] => db(version, { replicas: 3 });

describe('killed behind any write', () => {
  const flows: readonly (readonly [string, readonly Act[], Act, string])[] = [
    ['deploy', [], { inputs: share(40), files: three('v2') }, 'v1 v1 v2'],
    ['a larger share', [{ inputs: share(20), files: three('v2') }], { inputs: share(67), files: three('v2') }, 'v1 v2 v2'],
    ['a newer release', [{ inputs: share(40), files: three('v2') }], { inputs: share(20), files: three('v3') }, 'v1 v1 v3'],
    ['promote', [{ inputs: share(40), files: three('v2') }], { inputs: promote, files: three('v2') }, 'v2 v2 v2'],
    ['reject', [{ inputs: share(40), files: three('v2') }], { inputs: reject, files: [] }, 'v1 v1 v1'],
  ];

  let own: CrashStage;
  beforeEach(async () => {
    own = await openStage();
  });
  afterEach(() => own.close());

  test.each(flows)(
    '%s ends as if nothing had happened when it is run again, and is taken back by a reject',
    async (_, before, act, end) => {
      const begun = await openBed(own, three('v1'));
      const isOver = ({ write, isLast }: Killed): boolean => isLast && write.includes('DELETE');
      await killedBehindEach(begun, { before, act, end }, { runs: pods, old: 'v1 v1 v1', isOver });
    },
  );
});

describe('scaled up while a canary is open, and released anew', () => {
  /** Two more pods than the file says: they run the new version, as all from the partition on. */
  const scaled = async (bed: Bed): Promise<Bed> => {
    await bed.api.send('PATCH', `${set}/scale`, { spec: { replicas: 5 } }, 'application/merge-patch+json');
    await bed.api.until(set, ({ status }) => at(status, 'readyReplicas') === 5 && at(status, 'replicas') === 5);
    return bed;
  };
  const open = async (): Promise<Bed> => {
    const bed = await openBed(stage, three('v1'));
    expect(said(await bed.act(share(40), three('v2')))).toBe('deployed');
    return await scaled(bed);
  };

  test('a share is of all pods there are, and reject takes the newer release back', async () => {
    const bed = await open();
    expect(await pods(bed)).toBe('v1 v1 v2 v2 v2');
    expect(said(await bed.act(share(40), three('v3')))).toBe('deployed');
    expect(await pods(bed)).toBe('v1 v1 v1 v3 v3');
    expect(said(await bed.act(reject))).toBe('rejected');
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v1');
    expect(await bed.snapshot()).toEqual(await (await scaled(await openBed(stage, three('v1')))).snapshot());
  });

  test.each([
    ['reject', { inputs: reject, files: [] }],
    ['a newer release', { inputs: share(20), files: three('v3') }],
  ])('%s killed behind any write, then a still newer one taken back, leaves what was there, its owners too', async (_, act) => {
    const untouched = await (await scaled(await openBed(stage, three('v1')))).snapshot();
    const begun = await open();
    /** Resolves to whether the act had so many writes. */
    const tried = (write: number) =>
      begun.inCopy(async bed => {
        const writes = await bed.dieBehind(write, act);
        if (writes.length < write) return false;
        expect(said(await bed.act(share(20), three('v4'), { laterSeconds: 61 }))).toBe('deployed');
        expect([writes, said(await bed.act(reject))]).toEqual([writes, 'rejected']);
        expect([writes, await bed.snapshot()]).toEqual([writes, untouched]);
        return true;
      });
    let write = 1;
    while (await tried(write)) write++;
    expect(write).toBeGreaterThan(2);
  });
});

describe('undo of a StatefulSet', () => {
  const opened = async (...versions: readonly string[]): Promise<Bed> => {
    const bed = await openBed(stage, []);
    for (const version of versions) expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, three(version)))).toBe('deployed');
    return bed;
  };
  const seen = async ({ api }: Bed) => {
    const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
    return history({ namespace: api.namespace, workloads: ['db'] }, cluster).finally(close);
  };

  test('goes back to the release before, to and fro, and history numbers them as kubectl does', async () => {
    const bed = await opened('v1', 'v2');
    expect(await bed.act({ action: 'undo' })).toMatchObject({
      outcome: {
        status: 'undone',
        images: [{ from: ['demo/db:v2'], to: ['demo/db:v1'] }],
        because: expect.stringContaining('StatefulSet'),
      },
    });
    expect(await pods(bed)).toBe('v1 v1 v1');
    expect((await seen(bed))[0]?.revisions).toMatchObject([
      { revision: 3, isRunning: true, images: ['demo/db:v1'], pods: 3 },
      { revision: 2, isRunning: false, images: ['demo/db:v2'], pods: 0 },
    ]);
    expect(said(await bed.act({ action: 'undo', workloads: 'db', 'to-revision': '2' }))).toBe('undone');
    expect(await pods(bed)).toBe('v2 v2 v2');
    expect(said(await bed.act({ action: 'undo', 'to-revision': '4' }))).toBe('unchanged');
  });

  test('by its partition has the earlier release in the upper pods until promote, or until reject; another share goes on', async () => {
    const bed = await opened('v1', 'v2');
    const undo = { action: 'undo', strategy: 'canary', percentage: '34' };
    for (const last of ['reject', 'promote']) {
      expect(await bed.act(undo)).toMatchObject({ outcome: { status: 'deployed', action: 'undo' } });
      expect(await pods(bed)).toBe('v2 v2 v1');
      expect(said(await bed.act({ ...undo, percentage: '67' }))).toBe('deployed');
      expect(await pods(bed)).toBe('v2 v1 v1');
      expect(said(await bed.act({ action: last }))).toBe(last === 'reject' ? 'rejected' : 'promoted');
    }
    expect(await pods(bed)).toBe('v1 v1 v1');
  });

  test('passes a pod of the newer release that never gets ready', async () => {
    const bed = await opened('v1');
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, three('v2-crash'), { timeoutSeconds: 2 }))).toBe('NOT_READY');
    expect(said(await bed.act({ action: 'undo' }, [], { timeoutSeconds: 60 }))).toBe('undone');
    expect(await pods(bed)).toBe('v1 v1 v1');
  });
});

test('scaled down to its partition no pod runs the new version: promote says so, and a deploy brings it back', async () => {
  const bed = await openBed(stage, db('v1'));
  expect(said(await bed.act(share(40), db('v2')))).toBe('deployed');
  await bed.api.send('PATCH', `${set}/scale`, { spec: { replicas: 3 } }, 'application/merge-patch+json');
  await bed.api.until(set, ({ status }) => at(status, 'replicas') === 3);
  const files = db('v2').map(file => ({ ...file, spec: { ...file.spec, ...(file.kind === 'StatefulSet' ? { replicas: 3 } : {}) } }));
  expect(await bed.act(promote, [])).toMatchObject({ code: 'CANARY_NOT_READY', message: expect.stringContaining('scaled it away') });
  expect(said(await bed.act(share(40), files))).toBe('deployed');
  expect(await pods(bed)).toMatch(/^v1 v[12] v2$/);
  expect(said(await bed.act(promote, files))).toBe('promoted');
  expect(await pods(bed)).toBe('v2 v2 v2');
});
