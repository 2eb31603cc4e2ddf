/** What somebody deletes while a rollout is open, on the simulated cluster, under traffic: each end is true, and what it proposes works. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { after, until } from '../stage/time.ts';

const canary: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi' };
let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage([definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits')]);
});
afterAll(() => stage.close());

const DEPLOYMENTS = '/apis/apps/v1/namespaces/{ns}/deployments';

async function opened(...gone: readonly string[]): Promise<Bed> {
  const bed = await openBed(stage, web('v1'));
  expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '25' }, web('v2')))).toBe('deployed');
  for (const name of gone) await bed.api.send('DELETE', `${DEPLOYMENTS}/${name}`);
  return bed;
}

test.each([[['web']], [['web', 'web-baseline']]])('%j: promote gives all requests to the canary until stable is back', async gone => {
  const bed = await opened(...gone);
  const traffic = await bed.traffic('service/web');
  expect(said(await bed.act({ ...canary, action: 'promote' }, web('v2')))).toBe('promoted');
  traffic.reset();
  await until(stage.simulation.kubeconfig, () => traffic.counts().sent >= 100);
  expect(traffic.counts().lost).toBe(0);
  const { 'Deployment/web': stable, ...others } = await bed.snapshot();
  expect(JSON.stringify(stable)).toContain('demo/web:v2');
  expect(Object.keys(others)).toEqual(['Service/web']);
});

test('a canary that is gone is told with both ways on, and both work', async () => {
  const bed = await opened('web-canary');
  expect(await bed.act({ ...canary, action: 'promote' }, web('v2'))).toMatchObject({
    code: 'NOTHING_TO_PROMOTE',
    hint: expect.stringMatching(/^Deploy again, or reject: /),
  });
  await bed.inCopy(async copy => {
    expect(said(await copy.act({ ...canary, action: 'deploy', percentage: '25' }, web('v2')))).toBe('deployed');
    expect(said(await copy.act({ ...canary, action: 'promote' }, web('v2')))).toBe('promoted');
  });
  expect(said(await bed.act({ ...canary, action: 'reject' }, web('v2')))).toBe('rejected');
  await after(stage.simulation.kubeconfig, 100);
});

test('a reject without the old version says that it is gone', async () => {
  const bed = await opened('web');
  expect(await bed.act({ ...canary, action: 'reject' }, web('v2'))).toMatchObject({
    outcome: { status: 'rejected', ended: expect.stringContaining('somebody has deleted the old one: deploy it') },
  });
  expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '25' }, web('v1'), { run: 2 }))).toBe('first-release');
});
