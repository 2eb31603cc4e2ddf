/** A pipeline whose steps share a method, one of which replaces the version in place, on the simulated cluster. */
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
