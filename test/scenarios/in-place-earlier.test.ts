/** Files of several Deployments that are applied in place again and again: a reject takes back what its release changed. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at } from '../../src/manifests/json.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { after } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const plain: RawInputs = { strategy: 'none', action: 'deploy' };

/** Web and its worker, each at a version. */
const files = (front: string, worker: string): readonly KubeObject[] => {
  const [deployment] = JSON.parse(JSON.stringify(web(worker)).replaceAll('"web"', '"worker"')) as readonly [KubeObject];
  return [...web(front), deployment];
};

async function imageOf({ api }: Bed, name: string): Promise<unknown> {
  const { body } = await api.send('GET', `/apis/apps/v1/namespaces/{ns}/deployments/${name}`);
  return JSON.stringify(at(body, 'spec.template.spec.containers')).match(/:(v\d)/)?.[1];
}

/** Longer than two Deployments may take with a timeout of two seconds. */
const later = (): Promise<void> => after(stage.simulation.kubeconfig, 6000);

async function rejected(bed: Bed, released: readonly KubeObject[]): Promise<readonly string[]> {
  const notices: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'notice' && notices.push(event.text));
  expect(said(await bed.act({ ...plain, action: 'reject' }, released, { timeoutSeconds: 2, onEvent }))).toBe('rejected');
  return notices;
}

test('a Deployment that the release did not change stays at its version, and that is told with the command for it', async () => {
  const bed = await openBed(stage, []);
  for (const [front = '', worker = ''] of [
    ['v1', 'v1'],
    ['v2', 'v2'],
    ['v3', 'v2'],
  ]) {
    expect(said(await bed.act(plain, files(front, worker)))).toBe('deployed');
    await later();
  }
  const notices = await rejected(bed, files('v3', 'v2'));
  expect([await imageOf(bed, 'web'), await imageOf(bed, 'worker')]).toEqual(['v2', 'v2']);
  expect(notices.filter(text => text.includes('kubectl rollout undo deployment/worker'))).toHaveLength(1);
});

test('Deployments that the release changed together all go back', async () => {
  const bed = await openBed(stage, []);
  for (const version of ['v1', 'v2']) {
    expect(said(await bed.act(plain, files(version, version)))).toBe('deployed');
    await later();
  }
  await rejected(bed, files('v2', 'v2'));
  expect([await imageOf(bed, 'web'), await imageOf(bed, 'worker')]).toEqual(['v1', 'v1']);
});
