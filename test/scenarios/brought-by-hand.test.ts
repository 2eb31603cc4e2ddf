/** Objects of the files that somebody brings into the simulated cluster by hand while a rollout is open. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi' };
const autoscaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 8 },
};
const files = [...web('v2'), config('settings'), autoscaler];
const AUTOSCALERS = '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers';
const SETTINGS = '/api/v1/namespaces/{ns}/configmaps/settings';

let bed: Bed;
beforeEach(async () => {
  bed = await openBed(stage, web('v1'));
});

const is = async (path: string): Promise<boolean> => (await bed.api.send('GET', path)).code === 200;
const act = async (action: string, given: readonly KubeObject[] = []): Promise<string> =>
  said(await bed.act({ ...smi, ...(action === 'deploy' ? { percentage: '20' } : {}), action }, given, { laterSeconds: 61 }));

describe('an autoscaler that the files bring', () => {
  beforeEach(async () => {
    expect(await act('deploy', files)).toBe('deployed');
    expect(await is(`${AUTOSCALERS}/web`)).toBe(false);
  });

  test('stays behind a reject where somebody has applied it meanwhile', async () => {
    await applyAsUser(bed.api, [autoscaler]);
    expect(await act('reject')).toBe('rejected');
    expect(await is(`${AUTOSCALERS}/web`)).toBe(true);
    expect(await is(SETTINGS)).toBe(false);
  });

  test('stays also behind the reject of a promote that found it there', async () => {
    await applyAsUser(bed.api, [autoscaler]);
    await killed();
    expect(await act('reject')).toBe('rejected');
    expect(await is(`${AUTOSCALERS}/web`)).toBe(true);
  });

  test('goes with the reject of the promote that has made it', async () => {
    await killed();
    expect(await is(`${AUTOSCALERS}/web`)).toBe(true);
    expect(await act('reject')).toBe('rejected');
    expect(await is(`${AUTOSCALERS}/web`)).toBe(false);
  });

  /** A promote that dies when it has applied all files. */
  async function killed(): Promise<void> {
    const promote = { inputs: { ...smi, action: 'promote' }, files };
    for (let write = 10; write < 30; write++) {
      const writes = await bed.dieBehind(write, promote, write * 100);
      if (writes.some(path => path.includes('horizontalpodautoscalers'))) return;
    }
  }
});

test('what an interrupted deploy had not made yet stays behind the reject where somebody has created it with kubectl', async () => {
  const writes = await bed.dieBehind(2, { inputs: { ...smi, action: 'deploy', percentage: '20' }, files });
  expect(writes.at(-1)).toMatch(/configmaps\/web-rollout$/);
  const path = '/api/v1/namespaces/{ns}/configmaps?fieldManager=kubectl-client-side-apply';
  expect((await bed.api.send('POST', path, config('settings'))).code).toBe(201);
  expect(await act('reject')).toBe('rejected');
  expect(await is(SETTINGS)).toBe(true);
});

describe('a file that stood before, and that a release in place writes over', () => {
  const before = [config('settings', 'old')];
  const modeOf = async (): Promise<unknown> => ((await bed.api.send('GET', SETTINGS)).body as unknown as KubeObject).data;
  const broken = (version: string): readonly KubeObject[] =>
    web(version).map(object =>
      object.kind === 'Deployment'
        ? (JSON.parse(JSON.stringify(object).replaceAll(`:${version}`, `:${version}-unready`)) as KubeObject)
        : object,
    );

  test.each([
    ['canary', {}],
    ['canary', { 'traffic-split-method': 'pod' }],
    ['recreate', {}],
  ])('is given back by the reject of a first release that never got ready: %s %j', async (strategy, inputs) => {
    bed = await openBed(stage, before);
    const given = { ...(strategy === 'canary' ? { ...smi, percentage: '20' } : { strategy }), ...inputs };
    const whole = await bed.snapshot();
    const files = [...broken('v1'), config('settings'), config('more')];
    expect(said(await bed.act({ ...given, action: 'deploy' }, files, { timeoutSeconds: 2 }))).toBe('NOT_READY');
    expect(await modeOf()).toEqual({ mode: 'new' });
    const { percentage: _percentage, ...rest } = given as RawInputs;
    expect(said(await bed.act({ ...rest, action: 'reject' }, [], { laterSeconds: 61 }))).toBe('rejected');
    const { 'ConfigMap/more': _left, ...left } = await bed.snapshot();
    expect(left).toEqual(whole);
  });

  test('is given back also where the first release was killed behind any of its writes', async () => {
    const given: RawInputs = { ...smi, percentage: '20', action: 'deploy' };
    for (let write = 1; write < 6; write++) {
      bed = await openBed(stage, before);
      const whole = await bed.snapshot();
      await bed.dieBehind(write, { inputs: given, files: [...broken('v1'), config('settings')], timeoutSeconds: 2 });
      expect(['rejected', 'unchanged']).toContain(await act('reject'));
      expect({ write, left: await bed.snapshot() }).toEqual({ write, left: whole });
    }
  });

  test('stays with a first release that goes on running behind a reject', async () => {
    bed = await openBed(stage, before);
    const files = [...web('v1'), config('settings')];
    expect(await act('deploy', files)).toBe('first-release');
    expect(await act('reject')).toBe('unchanged');
    expect(await modeOf()).toEqual({ mode: 'new' });
  });

  test('is given back by the reject of a release by recreate', async () => {
    bed = await openBed(stage, [...web('v1'), ...before]);
    const whole = await bed.snapshot();
    expect(
      said(await bed.act({ strategy: 'recreate', action: 'deploy' }, [...broken('v2'), config('settings')], { timeoutSeconds: 2 })),
    ).toBe('NOT_READY');
    expect(await modeOf()).toEqual({ mode: 'new' });
    expect(said(await bed.act({ strategy: 'recreate', action: 'reject' }, [], { laterSeconds: 61 }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(whole);
  });
});
