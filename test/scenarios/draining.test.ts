/** Variants' pods that end at once when they are told to, behind the user's Services: they sleep first, so that nobody asks them any more. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
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
    expect(said(await bed.act({ ...pod, action: 'deploy', percentage: '25' }, web('v2'), { between: ignorant }))).toBe('deployed');
    expect(await templateIn(bed, 'web-canary')).not.toContain('preStop');
    expect(said(await bed.act({ ...pod, action: 'promote' }, web('v2')))).toBe('promoted');
  });
});

describe('a baseline that leaves in a promote', () => {
  const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };

  /** The words of a promote, with room for so many pods beside the five that run, and the requests lost by it. */
  async function promoted(room: number): Promise<readonly [readonly string[], number]> {
    const bed = await openBed(stage, web('v1'));
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'room' }, spec: { hard: { pods: String(5 + room) } } };
    await bed.api.send('POST', '/api/v1/namespaces/{ns}/resourcequotas', quota);
    const stream = await bed.traffic('service/web');
    expect(said(await bed.act({ ...smi, action: 'deploy', percentage: '20' }, web('v2')))).toBe('deployed');
    const done: string[] = [];
    const onEvent = (event: Event): void => void (event.type === 'done' && done.push(event.text.replace(bed.api.namespace, 'ns')));
    expect(said(await bed.act({ ...smi, action: 'promote' }, web('v2'), { onEvent }))).toBe('promoted');
    stream.stop();
    return [done, stream.counts().lost];
  }

  test('goes while stable rolls where a quota has no room for both', async () => {
    const [done, lost] = await promoted(0);
    const gone = done.indexOf('remove Deployment ns/web-baseline');
    expect(gone).toBeGreaterThan(done.indexOf('update TrafficSplit ns/web-rollout (stable 900, canary 100)'));
    expect(gone).toBeLessThan(done.indexOf('wait until Deployment ns/web is rolled out'));
    expect(done.filter(text => text === 'remove Deployment ns/web-baseline')).toHaveLength(1);
    expect(lost).toBe(0);
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
