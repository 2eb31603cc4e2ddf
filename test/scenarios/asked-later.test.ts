/** A deploy that asks for a gate that the one before did not ask for: the share stands already, and nobody has judged it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer } from '../../src/actions/answering.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const canary: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '40' };
const judged: RawInputs = { ...canary, soak: '20s', metrics: 'errors tolerance=20%' };

async function standing(version: string) {
  const bed = await openBed(stage, web('v1'));
  const traffic = await bed.traffic('service/web');
  expect(said(await bed.act(canary, web(version)))).toBe('deployed');
  expect(said(await bed.act(canary, web(version)))).toBe('unchanged');
  return { bed, traffic };
}

test('metrics that are asked for later are judged, once', async () => {
  const { bed, traffic } = await standing('v2');
  expect(said(await bed.act(judged, web('v2')))).toBe('deployed');
  expect(said(await bed.act(judged, web('v2')))).toBe('unchanged');
  traffic.stop();
  expect(traffic.counts().lost).toBe(0);
});

test('metrics that are asked for later stop a bad version, as those of the first deploy do', async () => {
  const { bed, traffic } = await standing('v2-err20');
  expect(said(await bed.act({ ...judged, metrics: 'errors' }, web('v2-err20')))).toBe('ANALYSIS_FAILED');
  expect(said(await bed.act({ ...canary, action: 'promote' }))).toBe('ANALYSIS_FAILED');
  traffic.stop();
});

test('other metrics than those that were judged are judged, fewer of the same are not', async () => {
  const { bed, traffic } = await standing('v2-err20');
  const lenient: RawInputs = { ...judged, metrics: 'latency tolerance=50%' };
  expect(said(await bed.act(lenient, web('v2-err20')))).toBe('deployed');
  expect(said(await bed.act(lenient, web('v2-err20')))).toBe('unchanged');
  expect(said(await bed.act({ ...canary, soak: '20s' }, web('v2-err20')))).toBe('unchanged');
  expect(said(await bed.act({ ...judged, metrics: 'latency tolerance=50%\nerrors' }, web('v2-err20')))).toBe('ANALYSIS_FAILED');
  traffic.stop();
});

test('a stricter bound for a metric that passed is judged, once', async () => {
  const { bed, traffic } = await standing('v2');
  const strict: RawInputs = { ...judged, metrics: 'errors tolerance=10%' };
  expect(said(await bed.act(judged, web('v2')))).toBe('deployed');
  expect(said(await bed.act(strict, web('v2')))).toBe('deployed');
  expect(said(await bed.act(strict, web('v2')))).toBe('unchanged');
  traffic.stop();
});

test('a person who is asked later is waited for, and his approval holds', async () => {
  const { bed, traffic } = await standing('v2');
  const held: RawInputs = { ...canary, hold: '10m' };
  expect(said(await approved(bed, held))).toBe('deployed');
  expect(said(await bed.act(held, web('v2')))).toBe('unchanged');
  traffic.stop();
});

/** A deploy that jane approves when it waits. */
async function approved(bed: Bed, inputs: RawInputs) {
  const { namespace } = bed.api;
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  const answers: Promise<unknown>[] = [];
  const onEvent = ({ type }: Event): void => {
    if (type === 'held') answers.push(answer({ namespace, application: null, verdict: 'approve', person: 'jane' }, cluster));
  };
  const ending = await bed.act(inputs, web('v2'), { onEvent });
  expect(answers).toHaveLength(1);
  await Promise.all(answers).finally(close);
  return ending;
}
