/** Pods that are moved from stable to the new version instead of added, on the simulated cluster, under traffic. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, number, records } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Stream } from '../../src/simulation/index.ts';
import { web } from '../crash/kills/flows.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import type { Snapshot } from '../stage/snapshot.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** The user's files with four replicas. */
const four = (version: string): readonly KubeObject[] =>
  web(version).map(object => (object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, replicas: 4 } } : object));

let bed: Bed;
let traffic: Stream;
let before: Snapshot;
beforeEach(async () => {
  bed = await openBed(stage, four('v1'));
  before = await bed.snapshot();
  traffic = await bed.traffic('service/web');
});

const constant: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', pods: 'constant', baseline: 'false' };

const act = (inputs: RawInputs, files: readonly KubeObject[] = four('v2')): Promise<Ending> => bed.act({ ...constant, ...inputs }, files);

const deploy = async (percentage: number): Promise<string> => said(await act({ action: 'deploy', percentage: String(percentage) }));

/** Replicas by Deployment, with the version that each runs. */
async function sizes(): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await bed.api.send('GET', '/apis/apps/v1/namespaces/{ns}/deployments');
  const deployments = body.items as readonly KubeObject[];
  return Object.fromEntries(
    deployments.map(object => {
      const [container] = records(at(object, 'spec.template.spec.containers'));
      const image = String(container?.image);
      return [object.metadata.name, `${number(object.spec?.replicas)} of ${image.replace('demo/web:', '')}`];
    }),
  );
}

const WALK: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
  [25, { web: '3 of v1', 'web-canary': '1 of v2' }],
  [50, { web: '2 of v1', 'web-canary': '2 of v2' }],
  [100, { web: '0 of v1', 'web-canary': '4 of v2' }],
];

describe('four pods', () => {
  test('are moved to the new version one share after the other, and belong to it after promote', async () => {
    for (const [percentage, expected] of WALK) {
      expect(await deploy(percentage)).toBe('deployed');
      expect(await sizes()).toEqual(expected);
    }
    expect(said(await act({ action: 'promote' }))).toBe('promoted');
    expect(await sizes()).toEqual({ web: '4 of v2' });
    expect(traffic.counts().lost).toBe(0);
  });

  test.each(WALK)('at %i percent go back to the old version by a reject without files', async (percentage, expected) => {
    expect(await deploy(percentage)).toBe('deployed');
    expect(await sizes()).toEqual(expected);
    expect(said(await act({ action: 'reject' }, []))).toBe('rejected');
    expect(await sizes()).toEqual({ web: '4 of v1' });
    expect(await bed.snapshot()).toEqual(before);
    expect(traffic.counts().lost).toBe(0);
  });

  test('go back also one share at a time', async () => {
    for (const [percentage] of WALK) expect(await deploy(percentage)).toBe('deployed');
    for (const [percentage, expected] of WALK.toReversed().slice(1)) {
      expect(await deploy(percentage)).toBe('deployed');
      expect(await sizes()).toEqual(expected);
    }
    expect(traffic.counts().lost).toBe(0);
  });

  test('that all went are deployed again, by the same release and by a newer one', async () => {
    expect(await deploy(100)).toBe('deployed');
    expect(await deploy(100)).toBe('unchanged');
    expect(await sizes()).toEqual({ web: '0 of v1', 'web-canary': '4 of v2' });
    expect(said(await act({ action: 'deploy', percentage: '50' }, four('v3')))).toBe('deployed');
    expect(await sizes()).toEqual({ web: '2 of v1', 'web-canary': '2 of v3' });
    expect(traffic.counts().lost).toBe(0);
  });

  test.each([50, 75])(
    'of which %i percent were moved are all the old version’s again when a newer release took over and is rejected',
    async moved => {
      expect(await deploy(moved)).toBe('deployed');
      expect(said(await act({ action: 'deploy', percentage: '25' }, four('v3')))).toBe('deployed');
      expect(await sizes()).toEqual({ web: '3 of v1', 'web-canary': '1 of v3' });
      expect(said(await act({ action: 'reject' }, []))).toBe('rejected');
      expect(await bed.snapshot()).toEqual(before);
      expect(traffic.counts().lost).toBe(0);
    },
  );

  test('stay the old version’s where the new one never gets ready', async () => {
    const inputs = { ...constant, action: 'deploy', percentage: '50' };
    expect(said(await bed.act(inputs, four('v2-unready'), { timeoutSeconds: 5 }))).toBe('NOT_READY');
    expect(await sizes()).toEqual({ web: '4 of v1' });
    expect(traffic.counts().lost).toBe(0);
  });
});

test('an autoscaler would undo the counts: it is refused before anything is written', async () => {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
  const autoscaler: KubeObject = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { scaleTargetRef: target, minReplicas: 2, maxReplicas: 8, metrics: [cpu] },
  };
  await applyAsUser(bed.api, [autoscaler]);
  expect(await act({ action: 'deploy', percentage: '25' })).toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('HorizontalPodAutoscaler'),
  });
  expect(await bed.snapshot()).toEqual(before);
  expect(traffic.counts().lost).toBe(0);
});
