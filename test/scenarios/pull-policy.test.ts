/** Defaults that the API server chose for the version before: nobody owns them, and an apply leaves them. */
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

const STABLE = '/apis/apps/v1/namespaces/{ns}/deployments/web';
const file = (version: string): KubeObject => ({ ...web(version)[0], metadata: { name: 'web' } }) as KubeObject;

/** Where `:latest` was applied by `kubectl apply --server-side`. */
async function openLatest() {
  const bed = await openBed(stage, web('v1').slice(1));
  await bed.api.apply(STABLE, file('latest'), 'kubectl');
  const policy = async (): Promise<unknown> => {
    const { body } = await bed.api.send('GET', STABLE);
    return (body as unknown as KubeObject).spec?.template;
  };
  return { bed, policy };
}

const pulls = (imagePullPolicy: string) => ({ spec: { containers: [{ imagePullPolicy }] } });

test('a deploy in place leaves them as `kubectl apply --server-side` does', async () => {
  const { bed, policy } = await openLatest();
  expect(await policy()).toMatchObject(pulls('Always'));
  expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, web('v2')))).toBe('deployed');
  expect(await policy()).toMatchObject(pulls('Always'));
});

test('promote gives stable the template that was tested, which is as a fresh apply makes it', async () => {
  const { bed, policy } = await openLatest();
  const canary = { strategy: 'canary', 'traffic-split-method': 'smi' };
  expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '20' }, web('v2')))).toBe('deployed');
  expect(said(await bed.act({ ...canary, action: 'promote' }, web('v2')))).toBe('promoted');
  expect(await policy()).toMatchObject(pulls('IfNotPresent'));
});
