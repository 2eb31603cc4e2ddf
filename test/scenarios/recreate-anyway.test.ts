/** What a deploy that stops the old version first asks for, and what it does not, on the simulated cluster. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage([]);
});
afterAll(() => stage.close());

const recreate: RawInputs = { strategy: 'recreate', 'traffic-split-method': 'smi' };
const worker = (version: string): readonly KubeObject[] => web(version).filter(({ kind }) => kind === 'Deployment');

test.each<[string, typeof web]>([
  ['a cluster that does not serve the method', web],
  ['a Deployment without a Service', worker],
])('recreate asks nothing of the method: %s', async (_, files) => {
  const bed = await openBed(stage, files('v1'));
  expect(said(await bed.act({ ...recreate, action: 'deploy' }, files('v2')))).toBe('deployed');
  expect(said(await bed.act({ ...recreate, action: 'reject' }, files('v2')))).toBe('rejected');
  expect(JSON.stringify((await bed.snapshot())['Deployment/web'])).toContain('demo/web:v1');
});

test('a canary by a method that the cluster does not serve is refused all the same', async () => {
  const bed = await openBed(stage, web('v1'));
  const canary: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', action: 'deploy', percentage: '20' };
  expect(said(await bed.act(canary, web('v2')))).toBe('ROUTER_UNAVAILABLE');
});

test('a file that is paused is refused before anything is stopped', async () => {
  const bed = await openBed(stage, web('v1'));
  const before = await bed.snapshot();
  const paused = web('v2').map(object => (object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, paused: true } } : object));
  const ending = await bed.act({ ...recreate, action: 'deploy' }, paused);
  expect(ending).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('paused by its file') });
  expect(await bed.snapshot()).toEqual(before);
});
