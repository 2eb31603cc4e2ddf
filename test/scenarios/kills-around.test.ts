/** What stands around a release (prune, order, sweep, undo, Jobs of a StatefulSet), killed behind its writes, on the simulated cluster. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { PHASE } from '../../src/manifests/phases.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { db, share } from '../build/stateful-set.ts';
import { web } from '../crash/kills/flows.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import type { Snapshot } from '../stage/snapshot.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

/** Behind each write. */
const IS_FULL = process.env.CRASH_FULL !== undefined;

let stage: CrashStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** An action that is killed. */
interface Row {
  readonly name: string;
  /** What the user has, each applied over the one before. */
  readonly had: readonly (readonly KubeObject[])[];
  /** Actions that come before, undisturbed. */
  readonly before: readonly Act[];
  readonly act: Act;
  /** How long after them it comes. */
  readonly laterSeconds?: number;
  /** A reject in the place of the second run leads back to what was there before all actions; absent: nothing is open in the middle. */
  readonly isTakenBack?: true;
}

const shop: RawInputs = { application: 'shop', prune: 'true' };
const plain: RawInputs = { ...shop, action: 'deploy', strategy: 'none' };
const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false' };
const byPod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };

const job = (name: string, phase: string): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, annotations: { [PHASE]: phase } },
  spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'demo/job:1' }] } } },
});
const jobs = [job('expand', 'before-deploy'), job('check', 'before-promote'), job('contract', 'after-promote'), job('undo', 'on-reject')];
const three = (version: string): readonly KubeObject[] => db(version, { replicas: 3 });

/** Web as a Deployment of another name, which rolls behind another. */
const named = (name: string, version: string, after?: string): readonly KubeObject[] =>
  web(version).map(object => {
    const own = JSON.parse(JSON.stringify(object).replaceAll('web', name)) as KubeObject;
    if (after === undefined || own.kind !== 'Deployment') return own;
    return { ...own, metadata: { ...own.metadata, annotations: { 'kubernetes-rollout/after': after } } };
  });
const inOrder = (version: string): readonly KubeObject[] => [...named('api', version), ...named('web', version, 'api')];

const opened = (inputs: RawInputs, files: readonly KubeObject[]): Act => ({
  inputs: { ...inputs, action: 'deploy', percentage: '34' },
  files,
});
const promoted = (inputs: RawInputs, files: readonly KubeObject[]): Act => ({ inputs: { ...inputs, action: 'promote' }, files });
const withoutFiles = (inputs: RawInputs): Act => ({ inputs: { manifests: '', ...inputs }, files: [] });

const pruned: RawInputs = { ...smi, ...shop };
const canaryOfSet = { inputs: share(40), files: [...three('v2'), ...jobs] };
const prunedSet: RawInputs = { ...share(40), ...shop };

const deployed = (files: readonly KubeObject[]): Act => ({ inputs: { action: 'deploy', strategy: 'none' }, files });
const undone: RawInputs = { strategy: 'canary', action: 'undo', percentage: '40' };

const rows: readonly Row[] = [
  {
    name: 'a promote that prunes',
    had: [],
    before: [{ inputs: plain, files: [...web('v1'), config('a'), config('b'), config('c')] }, opened(pruned, [...web('v2'), config('a')])],
    act: promoted(pruned, [...web('v2'), config('a')]),
  },
  {
    name: 'a promote in an order',
    had: [inOrder('v1')],
    before: [opened(byPod, inOrder('v2'))],
    act: promoted(byPod, inOrder('v2')),
    isTakenBack: true,
  },
  {
    name: 'a sweep of two',
    had: [inOrder('v1')],
    before: [opened(smi, inOrder('v2'))],
    act: withoutFiles({ action: 'sweep' }),
    laterSeconds: 25 * 3600,
  },
  {
    name: 'an undo as a canary',
    had: [web('v1'), web('v2')],
    before: [],
    act: withoutFiles({ ...byPod, ...undone }),
    isTakenBack: true,
  },
  {
    name: 'an undo of a StatefulSet by its partition',
    had: [],
    before: [deployed(three('v1')), deployed(three('v2'))],
    act: withoutFiles(undone),
    isTakenBack: true,
  },
  {
    name: 'a StatefulSet with Jobs: reject',
    had: [three('v1')],
    before: [canaryOfSet],
    act: withoutFiles({ action: 'reject' }),
    isTakenBack: true,
  },
  {
    name: 'a StatefulSet with Jobs that prunes: promote',
    had: [],
    before: [
      { inputs: plain, files: [...three('v1'), config('a'), config('b')] },
      { inputs: prunedSet, files: [...three('v2'), ...jobs, config('a')] },
    ],
    act: promoted(shop, [...three('v2'), ...jobs, config('a')]),
  },
];

/** Where a row's action begins. */
interface Begun {
  readonly bed: Bed;
  /** What the user had when the way of the action began. */
  readonly untouched: Snapshot;
}

async function begin({ had, before }: Row): Promise<Begun> {
  const bed = await openBed(stage, had[0] ?? []);
  for (const files of had.slice(1)) await applyAsUser(bed.api, files);
  const isInPlace = ({ inputs }: Act): boolean => inputs.strategy === 'none';
  for (const { inputs, files } of before.filter(isInPlace)) expect(await bed.act(inputs, files)).toMatchObject({ type: 'outcome' });
  const untouched = await bed.snapshot();
  for (const { inputs, files } of before.filter(act => !isInPlace(act))) expect(said(await bed.act(inputs, files))).toBe('deployed');
  return { bed, untouched };
}

/** The first two writes, the last two, and some between. */
const isTried = (i: number, { length }: readonly unknown[]): boolean =>
  IS_FULL || i < 2 || i >= length - 2 || i % Math.ceil(length / 4) === 0;

/** Everything but what the cluster removes by itself; the name of a set has the namespace in it. */
async function found(bed: Bed): Promise<readonly unknown[]> {
  const { body } = await bed.api.send('GET', '/apis/batch/v1/namespaces/{ns}/jobs');
  const left = (body.items as readonly KubeObject[]).filter(({ spec }) => spec?.ttlSecondsAfterFinished === undefined);
  const names = left.map(({ metadata }) => metadata.name.replace(/-\w+$/, '')).sort();
  return [JSON.parse(JSON.stringify(await bed.snapshot()).replaceAll(/applyset-[\w-]{43}-v1/g, 'SET')), names];
}

/** Runs a row's action to its n-th write, and goes on in another way. */
async function goneOn(bed: Bed, { act, laterSeconds = 0 }: Row, { write, next }: { readonly write: number; readonly next: Act }) {
  const writes = await bed.dieBehind(write, act, laterSeconds);
  expect(writes).toHaveLength(write);
  const ended = await bed.act(next.inputs, next.files, { laterSeconds: laterSeconds + 61 });
  return { ended, isOver: writes.some(each => /DELETE .*-rollout$/.test(each)) };
}

const expectEnded = ({ bed: begun }: Begun, row: Row, { write, end }: { readonly write: number; readonly end: readonly unknown[] }) =>
  begun.inCopy(async bed => {
    const { ended } = await goneOn(bed, row, { write, next: row.act });
    expect([write, ended?.type === 'failed' ? ended : '', ...(await found(bed))]).toEqual([write, '', ...end]);
  });

const expectTakenBack = ({ bed: begun, untouched }: Begun, row: Row, write: number) =>
  begun.inCopy(async bed => {
    const { ended, isOver } = await goneOn(bed, row, { write, next: withoutFiles({ action: 'reject' }) });
    if (isOver) expect([write, said(ended)]).toEqual([write, 'unchanged']);
    else expect([write, said(ended), await bed.snapshot()]).toEqual([write, 'rejected', untouched]);
  });

describe('killed behind a write', () => {
  test.each(rows)(
    '$name ends as if nothing had happened when it is run again, and a reject takes back what can be',
    async row => {
      const begun = await begin(row);
      const [writes, end] = await begun.bed.inCopy(
        async whole => [await whole.dieBehind(1000, row.act, row.laterSeconds), await found(whole)] as const,
      );
      expect(writes.length).toBeGreaterThan(1);
      for (const i of [...writes.keys()].filter(i => isTried(i, writes))) {
        await expectEnded(begun, row, { write: i + 1, end });
        if (row.isTakenBack && i % 2 === 1) await expectTakenBack(begun, row, i + 1);
      }
    },
    240_000,
  );
});

test('a first release goes in its order: what waits is written when the one before it is ready', async () => {
  const bed = await openBed(stage, []);
  const wire = stage.wire(bed.api.namespace, null);
  const files = [...named('api', 'v1', 'web'), ...named('web', 'v1')];
  expect(said(await bed.act({ ...byPod, action: 'deploy', percentage: '20' }, files))).toBe('first-release');
  wire.mend();
  const applied = wire.writes.filter(write => /^PATCH .*deployments/.test(write)).map(write => write.split('/').at(-1));
  expect(applied).toEqual(['web', 'api']);
  expect(said(await bed.act({ action: 'reject' }))).toBe('unchanged');
});
