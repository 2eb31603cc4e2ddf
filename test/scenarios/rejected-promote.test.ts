/** A reject in the middle of promote, on the simulated cluster: how many pods stable has afterwards, and whose count that is. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const sized = (version: string, replicas: number): readonly KubeObject[] =>
  web(version).map(object => (object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, replicas } } : object));

/** As `kubectl scale` or an autoscaler does. */
async function scale({ api }: Bed, replicas: number, manager = 'kubectl'): Promise<void> {
  const body = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web', namespace: api.namespace }, spec: { replicas } };
  const { code } = await api.send('PUT', `/apis/apps/v1/namespaces/{ns}/deployments/web/scale?fieldManager=${manager}`, body);
  expect(code).toBe(200);
}

const autoscaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 8 },
};
const byAutoscaler = (bed: Bed, replicas: number): Promise<void> => scale(bed, replicas, 'kube-controller-manager');

/** Stable, without what tells one moment from another. */
async function stableOf({ api }: Bed): Promise<unknown> {
  const { body } = await api.send('GET', '/apis/apps/v1/namespaces/{ns}/deployments/web');
  const { spec, metadata } = body as unknown as KubeObject;
  const owners = metadata.managedFields?.filter(({ subresource }) => subresource !== 'status').map(({ time: _time, ...entry }) => entry);
  return { spec, labels: metadata.labels, owners };
}

const pod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const ways: readonly (readonly [string, RawInputs, RawInputs])[] = [
  ['smi', { strategy: 'canary', 'traffic-split-method': 'smi' }, { percentage: '20' }],
  ['pod', pod, { percentage: '25' }],
  ['constant pods', { ...pod, pods: 'constant' }, { percentage: '100' }],
  ['blue-green', { strategy: 'blue-green', 'traffic-split-method': 'smi' }, { percentage: '100' }],
];

/** What happens around the promote, which dies when it has applied the Deployment's file. */
interface Course {
  readonly inputs: RawInputs;
  readonly share: RawInputs;
  readonly files: readonly KubeObject[];
  readonly around?: readonly KubeObject[];
  readonly before?: (bed: Bed) => Promise<void>;
  readonly after?: (bed: Bed) => Promise<void>;
}

async function deployed({ inputs, share, files, around = [], before }: Course): Promise<Bed> {
  const bed = await openBed(stage, [...sized('v1', 3), ...around]);
  expect(said(await bed.act({ ...inputs, ...share, action: 'deploy' }, files))).toBe('deployed');
  await before?.(bed);
  return bed;
}

/** At which of promote's writes the Deployment's file has been applied, by the way of splitting. */
const applied = new Map<string, number>();

async function writeThatApplies(course: Course, promote: Act): Promise<number> {
  const way = JSON.stringify([course.inputs, course.files.length]);
  const known = applied.get(way);
  if (known !== undefined) return known;
  const writes = await (await deployed(course)).dieBehind(Number.POSITIVE_INFINITY, promote);
  applied.set(way, writes.findLastIndex(write => /^PATCH .*\/deployments\/web$/.test(write)) + 1);
  return await writeThatApplies(course, promote);
}

/** What stable was before the promote that was cut and rejected, and is now. */
async function rejected(course: Course): Promise<readonly unknown[]> {
  const { inputs, files, after } = course;
  const promote = { inputs: { ...inputs, action: 'promote' }, files };
  const bed = await deployed(course);
  const was = await stableOf(bed);
  await bed.dieBehind(await writeThatApplies(course, promote), promote);
  expect(await stableOf(bed)).not.toEqual(was);
  await after?.(bed);
  expect(said(await bed.act({ ...inputs, action: 'reject' }, [], { laterSeconds: 61 }))).toBe('rejected');
  return [was, await stableOf(bed)];
}

const replicasIn = (stable: unknown): unknown => (stable as KubeObject).spec?.replicas;

describe.each(ways)('%s: after a reject in the middle of promote', (name, inputs, share) => {
  const moves = name === 'constant pods';
  const course: Course = { inputs, share, files: sized('v2', 3) };

  test('stable has the count of the old file, where the new one brought another', async () => {
    const [was, is] = await rejected({ ...course, files: sized('v2', 6) });
    expect(replicasIn(is)).toBe(3);
    if (!moves) expect(is).toEqual(was);
  });

  test('stable has the count of the old file also where the new one brought no other template', async () => {
    const around = [config('settings', 'old')];
    const [was, is] = await rejected({ ...course, around, files: [...sized('v1', 6), config('settings')] });
    expect(replicasIn(is)).toBe(3);
    if (!moves) expect(is).toEqual(was);
  });

  test('stable has the count that somebody gave it meanwhile also where the new file brought no other template', async () => {
    const around = [config('settings', 'old')];
    const files = [...sized('v1', 6), config('settings')];
    const [, is] = await rejected({ ...course, around, files, after: bed => scale(bed, 5) });
    expect(replicasIn(is)).toBe(5);
  });

  test('stable has the count that somebody gave it before', async () => {
    const [was, is] = await rejected({ ...course, files: sized('v2', 6), before: bed => scale(bed, 5) });
    expect(is).toEqual(was);
  });

  test('stable has the count that somebody gave it meanwhile', async () => {
    const [, is] = await rejected({ ...course, after: bed => scale(bed, 5) });
    expect(replicasIn(is)).toBe(5);
  });
});

/** What moves stable's own pods is refused beside an autoscaler. */
const besideAutoscaler = ways.filter(([name]) => name !== 'constant pods');

test.each(besideAutoscaler)(
  '%s: after a reject in the middle of promote stable has the count of its autoscaler',
  async (_, inputs, share) => {
    const [, is] = await rejected({
      inputs,
      share,
      files: sized('v2', 3),
      around: [autoscaler],
      before: bed => byAutoscaler(bed, 4),
      after: bed => byAutoscaler(bed, 5),
    });
    expect(replicasIn(is)).toBe(5);
  },
);

test('a count that stable got while the canary was open stays through deploys and reject', async () => {
  const bed = await deployed({ inputs: pod, share: { percentage: '25' }, files: sized('v2', 3), before: it => scale(it, 4) });
  const was = await stableOf(bed);
  expect(said(await bed.act({ ...pod, percentage: '75', 'shrink-stable': 'true', action: 'deploy' }, sized('v2', 3)))).toBe('deployed');
  expect(replicasIn(await stableOf(bed))).toBe(1);
  expect(said(await bed.act({ ...pod, action: 'reject' }))).toBe('rejected');
  expect(await stableOf(bed)).toEqual(was);
});

describe('by counts of pods, a count that somebody lowers while the canary is open', () => {
  const shrinking = { ...pod, percentage: '75', 'shrink-stable': 'true', action: 'deploy' };
  const lowered = (share: RawInputs): Promise<Bed> => deployed({ inputs: pod, share, files: sized('v2', 3), before: it => scale(it, 2) });

  test.each([
    ['reject', 'rejected'],
    ['promote', 'promoted'],
  ])('is stable’s through a %s', async (action, end) => {
    const bed = await lowered({ percentage: '25' });
    const was = await stableOf(bed);
    expect(said(await bed.act({ ...pod, action }, action === 'promote' ? sized('v2', 3) : []))).toBe(end);
    expect(replicasIn(await stableOf(bed))).toBe(2);
    if (action === 'reject') expect(await stableOf(bed)).toEqual(was);
  });

  test('is what the next share is of', async () => {
    const bed = await lowered({ percentage: '25' });
    expect(said(await bed.act({ ...pod, percentage: '50', action: 'deploy' }, sized('v2', 3)))).toBe('deployed');
    expect(replicasIn(await stableOf(bed))).toBe(2);
    expect(said(await bed.act(shrinking, sized('v2', 3)))).toBe('deployed');
    expect(replicasIn(await stableOf(bed))).toBe(1);
    expect(said(await bed.act({ ...pod, action: 'reject' }))).toBe('rejected');
    expect(replicasIn(await stableOf(bed))).toBe(2);
  });

  test('is not stable’s full size where stable has given up pods: nobody can tell whether it was meant so', async () => {
    const bed = await lowered({ percentage: '75', 'shrink-stable': 'true' });
    expect(said(await bed.act({ ...pod, action: 'reject' }))).toBe('rejected');
    expect(replicasIn(await stableOf(bed))).toBe(3);
  });
});

test('recreate: a reject brings back the old version at the count that somebody gave the new one, or else at its own', async () => {
  const recreate = { strategy: 'recreate' };
  for (const [files, count] of [
    [sized('v2-unready', 6), 3],
    [sized('v2-unready', 3), 5],
  ] as const) {
    const bed = await openBed(stage, sized('v1', 3));
    const was = await stableOf(bed);
    expect(said(await bed.act({ ...recreate, action: 'deploy' }, files, { timeoutSeconds: 1 }))).toBe('NOT_READY');
    if (count === 5) await scale(bed, 5);
    expect(said(await bed.act({ ...recreate, action: 'reject' }, []))).toBe('rejected');
    expect(replicasIn(await stableOf(bed))).toBe(count);
    if (count === 3) expect(await stableOf(bed)).toEqual(was);
  }
});
