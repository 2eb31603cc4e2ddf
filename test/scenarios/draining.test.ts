/** Variants' pods that end at once when they are told to, behind the user's Services: they sleep first, so that nobody asks them any more. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Cluster } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { perform } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const pod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const blueGreen: RawInputs = { strategy: 'blue-green', 'traffic-split-method': 'smi' };
const templateIn = async ({ api }: Bed, name: string): Promise<string> =>
  JSON.stringify((await api.send('GET', `/apis/apps/v1/namespaces/{ns}/deployments/${name}`)).body.spec);

describe('a canary by counts of pods whose process ends at once', () => {
  test('loses no request when it is given less, nor when it is rejected', async () => {
    const bed = await openBed(stage, web('v1'));
    const stream = await bed.traffic('service/web');
    expect(said(await bed.act({ ...pod, action: 'deploy', percentage: '50' }, web('v2-quit')))).toBe('deployed');
    expect(await templateIn(bed, 'web-canary')).toContain('"preStop":{"sleep":{"seconds":1}}');
    expect(said(await bed.act({ ...pod, action: 'deploy', percentage: '25' }, web('v2-quit')))).toBe('deployed');
    expect(said(await bed.act({ ...pod, action: 'reject' }, web('v2-quit')))).toBe('rejected');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
  });

  test('is left alone where the API server does not know the field', async () => {
    const bed = await openBed(stage, web('v1'));
    const ignorant = (cluster: Cluster): Cluster => ({
      ...cluster,
      create: (object, options) =>
        JSON.stringify(object).includes('"sleep"')
          ? Promise.reject(new RolloutError('INVALID', 'unknown field "spec.template.spec.containers[0].lifecycle.preStop.sleep"', ''))
          : cluster.create(object, options),
    });
    const place = { kubeconfig: stage.simulation.kubeconfig, namespace: bed.api.namespace, between: ignorant };
    expect(said(await perform({ inputs: { ...pod, action: 'deploy', percentage: '25' }, files: web('v2') }, place))).toBe('deployed');
    expect(await templateIn(bed, 'web-canary')).not.toContain('preStop');
    expect(said(await bed.act({ ...pod, action: 'promote' }, web('v2')))).toBe('promoted');
  });
});

test.each([pod, blueGreen])('promote gives stable the template of the files and nothing of the sleep: %j', async inputs => {
  const bed = await openBed(stage, web('v1'));
  const before = await templateIn(bed, 'web');
  const opened = { ...inputs, action: 'deploy', ...(inputs === pod ? { percentage: '25' } : {}) };
  expect(said(await bed.act(opened, web('v2')))).toBe('deployed');
  expect(said(await bed.act(opened, web('v2')))).toBe('unchanged');
  expect(said(await bed.act({ ...inputs, action: 'promote' }, web('v2')))).toBe('promoted');
  expect(await templateIn(bed, 'web')).toBe(before.replace('demo/web:v1', 'demo/web:v2'));
});
