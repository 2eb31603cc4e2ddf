/** Objects that are being deleted, and kept for a while by a finalizer: they are shown, and stand no more. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { after as pass } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false', percentage: '20' };
const SPLIT = '/apis/split.smi-spec.io/v1alpha4/namespaces/{ns}/trafficsplits/web-rollout';
const CANARY = '/apis/apps/v1/namespaces/{ns}/deployments/web-canary';
const LEAF = '/api/v1/namespaces/{ns}/services/web-canary';
const STABLE = '/apis/apps/v1/namespaces/{ns}/deployments/web';

let bed: Bed;
beforeEach(async () => {
  bed = await openBed(stage, [...web('v1'), config('settings')]);
});

const act = async (action: string, version = 'v2', timeoutSeconds = 20): Promise<string> => {
  const { percentage, ...others } = smi;
  const inputs = { ...others, ...(action === 'deploy' ? { percentage } : {}), action };
  return said(await bed.act(inputs, web(version), { timeoutSeconds }));
};

/** Deletes an object that a finalizer keeps; the answer lets it go. */
async function deleted(path: string): Promise<() => Promise<unknown>> {
  const { body } = await bed.api.send('GET', path);
  const metadata = body.metadata as { readonly [field: string]: unknown };
  await bed.api.send('PUT', path, { ...body, metadata: { ...metadata, finalizers: ['example.com/held'] } });
  await bed.api.send('DELETE', path);
  return async () => {
    const now = (await bed.api.send('GET', path)).body;
    return bed.api.send('PUT', path, { ...now, metadata: { ...(now.metadata as object), finalizers: [] } });
  };
}

const isGoing = async (path: string): Promise<boolean> =>
  JSON.stringify((await bed.api.send('GET', path)).body).includes('deletionTimestamp');
const exists = async (path: string): Promise<boolean> => (await bed.api.send('GET', path)).code === 200;

describe.each([
  ['the TrafficSplit', SPLIT],
  ["the canary's Deployment", CANARY],
  ["the canary's Service", LEAF],
])('%s of an open rollout that is being deleted', (_, path) => {
  test('is made anew by a deploy at the same share, and the canary gets its requests', async () => {
    expect(await act('deploy')).toBe('deployed');
    const release = await deleted(path);
    const deploying = act('deploy');
    await pass(stage.simulation.kubeconfig, 300);
    await release();
    expect(await deploying).toBe('deployed');
    expect(await isGoing(path)).toBe(false);
    const stream = await bed.traffic('service/web');
    await pass(stage.simulation.kubeconfig, 2000);
    stream.stop();
    const { lost, pods, sent } = stream.counts();
    const canary = pods.filter(({ pod }) => pod.startsWith('web-canary')).reduce((sum, { requests }) => sum + requests, 0);
    expect(lost).toBe(0);
    expect(canary / sent).toBeGreaterThan(0.1);
  });

  test('stops a deploy that waits in vain, and is gone for good behind a reject', async () => {
    expect(await act('deploy')).toBe('deployed');
    const release = await deleted(path);
    expect(await act('deploy', 'v2', 2)).toBe('NOT_READY');
    await release();
    expect(await act('reject')).toBe('rejected');
    expect(await exists(path)).toBe(false);
  });
});

describe("a Deployment of the user's that is being deleted", () => {
  test('is refused by deploy, promote and reject', async () => {
    await act('deploy');
    const release = await deleted(STABLE);
    expect(await act('deploy')).toBe('NOT_READY');
    expect(await act('promote')).toBe('NOT_READY');
    expect(await act('reject')).toBe('NOT_READY');
    await release();
  });

  test('is refused by strategy none before the first write', async () => {
    await deleted(STABLE);
    const before = await bed.snapshot();
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, [config('settings', 'other'), ...web('v2')]))).toBe('NOT_READY');
    expect(await bed.snapshot()).toEqual(before);
  });
});
