/** Weights that are counts of pods, on the simulated cluster. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { web } from '../crash/kills/flows.ts';
import { openBed } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

// Of so many pods beside a baseline and a canary the shares are thirds, sixths or sevenths, each rounded by itself.
test.each([
  [1, { stable: 334, baseline: 333, canary: 333 }],
  [4, { stable: 666, baseline: 167, canary: 167 }],
  [5, { stable: 714, baseline: 143, canary: 143 }],
])('of %i pods and two more are a thousand together', async (replicas, weights) => {
  const files = (version: string) =>
    web(version).map(object => (object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, replicas } } : object));
  const bed = await openBed(stage, files('v1'));
  const deploy = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'pod', percentage: '10' };
  expect(await bed.act(deploy, files('v2'))).toMatchObject({ outcome: { weights } });
});
