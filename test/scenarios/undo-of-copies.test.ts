/** Undo around a shadow whose requests a sidecar of ours copied: the controller keeps a revision with it, which is no release of anybody's. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

const inputs = { strategy: 'shadow', 'traffic-split-method': 'goreplay', 'allow-restart': 'true' };
const undo = { action: 'undo', manifests: '' };
let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function containersOf({ api }: Bed): Promise<unknown> {
  const { body } = await api.send('GET', '/apis/apps/v1/namespaces/{ns}/deployments/web');
  const { template } = (body as KubeObject).spec as { template: { spec: { containers: readonly { image: string }[] } } };
  return template.spec.containers.map(({ image }) => image);
}

test('brings the old version back without the sidecar', async () => {
  const bed = await openBed(stage, web('v1'));
  expect(said(await bed.act({ ...inputs, action: 'deploy' }, web('v2')))).toBe('deployed');
  expect(await containersOf(bed)).toHaveLength(2);
  expect(said(await bed.act({ ...inputs, action: 'promote' }, web('v2')))).toBe('promoted');
  expect(said(await bed.act(undo, [], { run: 2 }))).toBe('undone');
  expect(await containersOf(bed)).toEqual(['demo/web:v1']);
  expect(said(await bed.act(undo, [], { run: 2 }))).toBe('unchanged');
  expect(await containersOf(bed)).toEqual(['demo/web:v1']);
});

test('passes over a shadow that was rejected, to the release before', async () => {
  const bed = await openBed(stage, web('v1'));
  await applyAsUser(bed.api, web('v2'));
  expect(said(await bed.act({ ...inputs, action: 'deploy' }, web('v3')))).toBe('deployed');
  expect(said(await bed.act({ ...inputs, action: 'reject' }, web('v3')))).toBe('rejected');
  expect(said(await bed.act(undo, [], { run: 2 }))).toBe('undone');
  expect(await containersOf(bed)).toEqual(['demo/web:v1']);
});
