/** Several versions that get copies of the requests at once, on the simulated cluster, under traffic. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Stream } from '../../src/simulation/index.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import type { Snapshot } from '../stage/snapshot.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { until } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

let bed: Bed;
let traffic: Stream;
let before: Snapshot;
beforeEach(async () => {
  bed = await openBed(stage, [...web('v1'), gatewayRoute]);
  before = await bed.snapshot();
  traffic = await bed.traffic('route/web');
});

const shadow: RawInputs = { strategy: 'shadow', 'traffic-split-method': 'gateway-api' };

const act = (inputs: RawInputs, files: readonly KubeObject[] = []): Promise<Ending> => bed.act(inputs, files);

const deploy = (name: string, version: string, ...more: readonly KubeObject[]): Promise<Ending> =>
  act({ ...shadow, action: 'deploy', 'variant-name': name }, [...web(version), ...more]);

/** Answers and copies by image, over the next requests. */
async function sample(requests: number): Promise<Readonly<Record<string, { readonly answered: number; readonly copied: number }>>> {
  const from = traffic.counts();
  await until(stage.simulation.kubeconfig, () => traffic.counts().sent >= from.sent + requests);
  const images = new Map<string, { answered: number; copied: number }>();
  for (const pod of traffic.counts().pods) {
    const image = pod.image.replace('demo/web:', '');
    const earlier = from.pods.find(({ pod: name }) => name === pod.pod);
    const { answered, copied } = images.get(image) ?? { answered: 0, copied: 0 };
    const more = { answered: pod.requests - (earlier?.requests ?? 0), copied: pod.mirrored - (earlier?.mirrored ?? 0) };
    images.set(image, { answered: answered + more.answered, copied: copied + more.copied });
  }
  return Object.fromEntries(images);
}

describe('two versions under names of their own', () => {
  beforeEach(async () => {
    expect(said(await deploy('a', 'v2'))).toBe('deployed');
    expect(said(await deploy('b', 'v3'))).toBe('deployed');
  });

  test('get a copy of every request each, and the answers are stable’s', async () => {
    const { v1, v2, v3 } = await sample(300);
    expect([v2?.answered, v3?.answered]).toEqual([0, 0]);
    expect([v2?.copied, v3?.copied]).toEqual([v1?.answered, v1?.answered]);
    expect(traffic.counts().lost).toBe(0);
  });

  test('are foreseen together by a dry run', async () => {
    const ending = await act({ ...shadow, action: 'deploy', 'variant-name': 'c', 'mirror-percentage': '40', 'dry-run': 'true' }, web('v4'));
    const variants = ending?.type === 'outcome' ? ending.outcome.variants : [];
    expect(variants.map(({ name, share, copied }) => [name, share, copied])).toEqual([
      ['web', 100, undefined],
      ['web-c', 0, 40],
      ['web-a', 0, 100],
      ['web-b', 0, 100],
    ]);
  });

  test('are told apart when one is rejected: the other keeps its copies, and the last takes the rollout with it', async () => {
    const ending = await act({ ...shadow, action: 'reject', 'variant-name': 'a' });
    expect(ending).toMatchObject({ outcome: { status: 'rejected', because: 'further versions still get copies: b' } });
    const { v1, v2, v3 } = await sample(200);
    expect(v2?.copied ?? 0).toBe(0);
    expect(v3?.copied).toBe(v1?.answered);
    expect(said(await act({ ...shadow, action: 'reject', 'variant-name': 'a' }))).toBe('unchanged');
    expect(said(await act({ ...shadow, action: 'reject', 'variant-name': 'b' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
    expect(traffic.counts().lost).toBe(0);
  });

  test('are both taken back by a reject that names none', async () => {
    expect(said(await act({ ...shadow, action: 'reject' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('are not promoted before one is named', async () => {
    const ending = await act({ ...shadow, action: 'promote' });
    expect(ending).toMatchObject({ code: 'SEVERAL_VERSIONS', message: expect.stringContaining('a, b') });
    expect(said(await act({ ...shadow, action: 'promote', 'variant-name': 'c' }))).toBe('NOTHING_TO_PROMOTE');
  });

  test('end together when one is promoted', async () => {
    expect(said(await act({ ...shadow, action: 'promote', 'variant-name': 'a' }))).toBe('promoted');
    expect(Object.keys(await bed.snapshot()).sort()).toEqual(Object.keys(before).sort());
    const { v1, v2 } = await sample(200);
    expect(v1?.answered).toBe(0);
    expect(v2?.answered).toBeGreaterThanOrEqual(200);
    expect(traffic.counts().lost).toBe(0);
  });

  test('give way to a canary of the whole application', async () => {
    const canary = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false', percentage: '20' };
    expect(said(await act({ ...canary, action: 'deploy' }, web('v4')))).toBe('deployed');
    const { v2, v3, v4 } = await sample(200);
    expect([v2?.copied ?? 0, v3?.copied ?? 0]).toEqual([0, 0]);
    expect(v4?.answered).toBeGreaterThan(0);
    expect(said(await act({ ...canary, action: 'reject' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });
});

describe('what a version brings', () => {
  beforeEach(async () => {
    await deploy('a', 'v2', config('of-both'), config('of-a'));
    await deploy('b', 'v3', config('of-both'), config('of-b'));
  });

  const configs = async (): Promise<readonly string[]> =>
    Object.keys(await bed.snapshot())
      .filter(key => key.startsWith('ConfigMap/of-'))
      .sort();

  test('goes with the last version that has it among its files', async () => {
    await act({ ...shadow, action: 'reject', 'variant-name': 'a' });
    expect(await configs()).toEqual(['ConfigMap/of-b', 'ConfigMap/of-both']);
    await act({ ...shadow, action: 'reject', 'variant-name': 'b' });
    expect(await bed.snapshot()).toEqual(before);
  });

  test('stays where that version is promoted, and goes where another is', async () => {
    await act({ ...shadow, action: 'promote', 'variant-name': 'a' });
    expect(await configs()).toEqual(['ConfigMap/of-a', 'ConfigMap/of-both']);
  });
});

test('a version that never gets ready takes nothing from the one beside it', async () => {
  await deploy('a', 'v2');
  const files = web('v3-unready');
  const told: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'notice' && told.push(event.text));
  const failed = await bed.act({ ...shadow, action: 'deploy', 'variant-name': 'b' }, files, { timeoutSeconds: 5, onEvent });
  expect(said(failed)).toBe('NOT_READY');
  // A bare reject could end the other one too.
  expect(told.join()).toContain('run reject with variant-name b to remove them');
  const { v1, v2 } = await sample(200);
  expect(v2?.copied).toBe(v1?.answered);
  expect(said(await act({ ...shadow, action: 'promote', 'variant-name': 'b' }))).toBe('DEPLOY_UNFINISHED');
  expect(said(await act({ ...shadow, action: 'reject', 'variant-name': 'b' }))).toBe('rejected');
  expect(said(await act({ ...shadow, action: 'promote' }))).toBe('promoted');
});

test('two versions of one run are not deployed at the same time: one of them is told to wait', async () => {
  const [a, b] = await Promise.all([deploy('a', 'v2'), deploy('b', 'v3')]);
  expect([said(a), said(b)].sort()).toEqual(['CONCURRENT_ROLLOUT', 'deployed']);
  expect(said(await (said(a) === 'deployed' ? deploy('b', 'v3') : deploy('a', 'v2')))).toBe('deployed');
  const { v1, v2, v3 } = await sample(100);
  expect([v2?.copied, v3?.copied]).toEqual([v1?.answered, v1?.answered]);
});
