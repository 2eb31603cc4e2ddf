/** An undo to a version that does not get ready. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

const PATH = '/apis/apps/v1/namespaces/{ns}/deployments/web';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A bed whose undo ended with the pods of its second revision, which crash. */
async function openFailed() {
  const bed = await openBed(stage, web('v1'));
  const [broken] = web('v2-crash').filter(({ kind }) => kind === 'Deployment');
  await bed.api.apply(PATH, broken, 'kubectl');
  await bed.api.until(PATH, ({ metadata }) => JSON.stringify(metadata ?? null).includes('"deployment.kubernetes.io/revision":"2"'));
  await applyAsUser(bed.api, web('v3'));
  const told: string[] = [];
  const ending = await bed.act({ action: 'undo', manifests: '' }, [], {
    onEvent: event => void told.push(...(event.type === 'notice' ? [event.text] : [])),
  });
  expect(said(ending)).toBe('NOT_READY');
  return { bed, told: told.join() };
}

const LATER = { run: 2, laterSeconds: 61 };

test('is left by an undo to another revision, which it proposes', async () => {
  const { bed, told } = await openFailed();
  expect(told).toContain('undo to another one: to-revision names it');
  expect(said(await bed.act({ action: 'undo', manifests: '', 'to-revision': '1' }, [], LATER))).toBe('undone');
  const snapshot = await bed.snapshot();
  expect(JSON.stringify(snapshot['Deployment/web'])).toContain('demo/web:v1');
  expect(Object.keys(snapshot)).not.toContain('ConfigMap/web-rollout');
});

test('is ended by a reject that waits for no pods, as the deploy of another version asks for', async () => {
  const { bed, told } = await openFailed();
  expect(told).toContain('a reject ends this undo first');
  const deploy = { action: 'deploy', strategy: 'none' } as const;
  expect(await bed.act(deploy, web('v4'), LATER)).toMatchObject({
    code: 'ROLLOUT_OPEN',
    hint: expect.stringContaining('Nothing runs by it yet: once its run has ended, reject it with reject-any: true.'),
  });
  expect(said(await bed.act({ action: 'reject', manifests: '', 'reject-any': 'true' }, [], LATER))).toBe('rejected');
  expect(Object.keys(await bed.snapshot())).not.toContain('ConfigMap/web-rollout');
  expect(said(await bed.act(deploy, web('v4'), LATER))).toBe('deployed');
});
