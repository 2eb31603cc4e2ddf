/** A new version that lost its pods is not good, whatever else can be said of it. */
import { expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import { web } from '../crash/kills/flows.ts';
import { perform } from '../stage/act.ts';
import { openBed, said } from '../stage/bed.ts';
import { ownStage } from '../stage/own-stage.ts';

const here = ownStage();

const canary: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '40' };

test('a canary that is scaled away under watch fails its deploy, and an analysis of none fails', async () => {
  const bed = await openBed(here.stage, web('v1'));
  const scale = '/apis/apps/v1/namespaces/{ns}/deployments/web-canary/scale';
  const away = () => bed.api.send('PATCH', scale, { spec: { replicas: 0 } }, 'application/merge-patch+json');
  const place = { kubeconfig: here.stage.simulation.kubeconfig, namespace: bed.api.namespace };
  const onEvent = (event: Event): void => {
    if (event.type === 'looked') void away();
  };
  const watched = { inputs: { ...canary, soak: '20s' }, files: web('v2') };
  expect(await perform(watched, { ...place, onEvent })).toMatchObject({
    code: 'ANALYSIS_FAILED',
    message: expect.stringContaining('no pod of the new version is left'),
    standing: { traffic: 'stable' },
  });
  expect(said(await bed.act({ action: 'reject' }))).toBe('rejected');
  expect(said(await bed.act(canary, web('v2')))).toBe('deployed');
  await away();
  expect(await bed.act({ action: 'analyze', soak: '20s' })).toMatchObject({
    code: 'ANALYSIS_FAILED',
    message: expect.stringContaining('no pod of the new version is left'),
  });
});
