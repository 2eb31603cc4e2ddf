/** Rolls that take all of stable's pods before a new one is ready, on the simulated cluster under traffic: the canary answers meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { JsonObject, KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** How a Deployment's file says that it rolls, and how many pods it has. */
interface Rolling {
  readonly strategy?: JsonObject;
  readonly replicas?: number;
}

const RECREATE: Rolling = { strategy: { type: 'Recreate' } };
const by = (maxUnavailable: number | string, maxSurge: number | string, replicas = 3): Rolling => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
  replicas,
});

const files = (version: string, rolling: Rolling): readonly KubeObject[] =>
  web(version).map(object => (object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, ...rolling } } : object));

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false', 'baseline-and-canary-replicas': '1' };
const pod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const cases = [
  { what: 'the new file brings Recreate', from: by(0, 1), to: RECREATE },
  { what: 'the new file brings Recreate to what rolled by default', from: {}, to: RECREATE },
  { what: 'Recreate is live, and the new file has it no more', from: RECREATE, to: by(0, 1) },
  { what: 'the old file lets all go', from: by('100%', 0), to: {} },
  { what: 'the new file lets all go', from: {}, to: by('100%', '100%') },
  { what: 'the only pod may go', from: by(1, 1, 1), to: by(1, 1, 1) },
  { what: 'the only pod goes first', from: by(1, 0, 1), to: by(1, 0, 1) },
  { what: 'percentages of the only pod come to nothing, and one counts', from: by('50%', 0, 1), to: by('50%', 0, 1) },
  { what: 'the new file has fewer pods', from: by(0, 1), to: by(2, 1, 2) },
];

describe.each(cases)('where $what', ({ from, to }) => {
  test.each([smi, pod])('a deploy says so, and promote loses no request: $traffic-split-method', async inputs => {
    const bed = await openBed(stage, files('v1', from));
    const stream = await bed.traffic('service/web');
    const told: string[] = [];
    const onEvent = (event: Event): void => void (event.type === 'notice' && told.push(event.text));
    const deploy = { inputs: { ...inputs, action: 'deploy', percentage: '25' }, files: files('v2', to) };
    expect(await bed.act(deploy.inputs, deploy.files, { onEvent })).toMatchObject({ outcome: { status: 'deployed' } });
    expect(told).toContainEqual(expect.stringMatching(/promote may remove all old pods before a new one is ready, because the /));
    expect(said(await bed.act({ ...inputs, action: 'promote' }, deploy.files))).toBe('promoted');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
  });

  test('a promote that dies behind the roll is taken back, and no request is lost', async () => {
    const bed = await openBed(stage, files('v1', from));
    const stream = await bed.traffic('service/web');
    await bed.act({ ...smi, action: 'deploy', percentage: '25' }, files('v2', to));
    const act = { inputs: { ...smi, action: 'promote' }, files: files('v2', to) };
    const writes = await bed.dieBehind(8, act);
    expect(writes).toContainEqual(expect.stringMatching(/deployments\/web$/));
    expect(said(await bed.act({ ...smi, action: 'reject' }, act.files, { laterSeconds: 61 }))).toBe('rejected');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
  });
});

test('a roll that leaves a pod up goes its way under the split, and no word is said', async () => {
  const [from, to] = [files('v1', by(2, 0)), files('v2', by(2, 0))];
  const bed = await openBed(stage, from);
  const told: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'notice' && told.push(event.text));
  await bed.act({ ...smi, action: 'deploy', percentage: '25' }, to, { onEvent });
  expect(said(await bed.act({ ...smi, action: 'promote' }, to))).toBe('promoted');
  expect(told.join()).not.toContain('remove all');
});

test('a deploy over a reject that died while it took such a promote back gives nobody’s requests to the newest', async () => {
  const [v1, v2, v3] = ['v1', 'v2', 'v3'].map(version => files(version, by('100%', 0)));
  const bed = await openBed(stage, v1 ?? []);
  const stream = await bed.traffic('service/web');
  await bed.act({ ...smi, action: 'deploy', percentage: '25' }, v2);
  await bed.dieBehind(8, { inputs: { ...smi, action: 'promote' }, files: v2 ?? [] });
  await bed.dieBehind(3, { inputs: { ...smi, action: 'reject' }, files: v2 ?? [] }, 61);
  const newest = (): boolean => stream.counts().pods.some(({ image }) => image.endsWith(':v3'));
  const early: string[] = [];
  const onEvent = (event: Event): void => void (newest() && event.type === 'done' && early.push(event.text));
  const deploy = { ...smi, action: 'deploy', percentage: '25' };
  expect(said(await bed.act(deploy, v3, { run: 2, laterSeconds: 122, onEvent }))).toBe('deployed');
  expect(early).not.toContainEqual(expect.stringMatching(/back as it was/));
  stream.stop();
  expect(stream.counts().lost).toBe(0);
});
