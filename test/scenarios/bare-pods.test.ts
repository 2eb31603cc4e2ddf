/** Pods of the files that no controller makes are awaited as workloads are, on the simulated cluster. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const pod = (version: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'task', labels: { app: 'task' } },
  spec: { restartPolicy: 'Always', containers: [{ name: 'task', image: `demo/task:${version}` }] },
});

const inPlace = { action: 'deploy', strategy: 'none' };
const canary = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'pod', percentage: '20' };
const ways = [
  ['a deploy in place', inPlace],
  ['a first release', canary],
] as const;

test.each(ways)('%s ends when the pod is ready', async (_, inputs) => {
  const bed = await openBed(stage, []);
  expect(said(await bed.act(inputs, [...web('v1'), pod('v1')]))).toMatch(/^(deployed|first-release)$/);
  const { body } = await bed.api.send('GET', '/api/v1/namespaces/{ns}/pods/task');
  expect(body).toMatchObject({
    status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]) },
  });
});

test.each(ways)('%s is red where the pod cannot run, with its reason', async (_, inputs) => {
  const bed = await openBed(stage, []);
  expect(await bed.act(inputs, [...web('v1'), pod('v1-badpull')], { timeoutSeconds: 2 })).toMatchObject({
    code: 'NOT_READY',
    message: expect.stringContaining('pod task, container task'),
  });
});
