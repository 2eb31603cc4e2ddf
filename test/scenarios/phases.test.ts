/** Jobs that run at the moments of a release: once, whoever dies in between, and nothing of them is left. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { asPhased, PHASE } from '../../src/manifests/phases.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

const IS_FULL = process.env.CRASH_FULL !== undefined;
let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const job = (name: string, phase: string, { image = 'demo/job:1', ...spec }: Readonly<Record<string, unknown>> = {}): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, annotations: { [PHASE]: phase } },
  spec: {
    backoffLimit: 0,
    ...(spec as object),
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: String(image) }] } },
  },
});
const phases: readonly KubeObject[] = [
  job('expand', 'before-deploy'),
  job('check', 'before-promote'),
  job('contract', 'after-promote'),
  job('undo', 'on-reject'),
];
const files = (version: string, jobs = phases): readonly KubeObject[] => [...web(version), ...jobs];
const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };
const canary: RawInputs = { ...smi, action: 'deploy', percentage: '20' };
const none: RawInputs = { strategy: 'none', action: 'deploy' };

const jobsIn = async ({ api }: Bed): Promise<readonly KubeObject[]> =>
  (await api.send('GET', '/apis/batch/v1/namespaces/{ns}/jobs')).body.items as readonly KubeObject[];
const namesIn = async (bed: Bed): Promise<readonly string[]> =>
  (await jobsIn(bed)).map(({ metadata }) => metadata.name.replace(/-\w+$/, ''));

/** Writes of an action in words: the names of Jobs that it makes, and what becomes of Deployments. */
async function made(bed: Bed, act: () => Promise<unknown>): Promise<number> {
  const wire = stage.wire(bed.api.namespace, null);
  await act();
  wire.mend();
  return jobsMade(wire.writes);
}
const jobsMade = (writes: readonly string[]): number => writes.filter(write => /^POST .*\/jobs$/.test(write)).length;

describe('a Job of a phase', () => {
  test('runs at its moment, once for its release, and goes with the rollout', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(await made(bed, async () => expect(said(await bed.act(canary, files('v2')))).toBe('deployed'))).toBe(1);
    expect(await namesIn(bed)).toEqual(['expand']);
    expect(await made(bed, async () => expect(said(await bed.act({ ...canary, percentage: '50' }, files('v2')))).toBe('deployed'))).toBe(0);
    expect(await made(bed, async () => expect(said(await bed.act({ ...smi, action: 'promote' }))).toBe('promoted'))).toBe(2);
    expect(await namesIn(bed)).toEqual([]);
  });

  test('undoes at a reject, whose files are remembered', async () => {
    const bed = await openBed(stage, web('v1'));
    const before = await bed.snapshot();
    expect(said(await bed.act(canary, files('v2')))).toBe('deployed');
    expect(await made(bed, async () => expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected'))).toBe(1);
    expect(await namesIn(bed)).toEqual([]);
    expect(await bed.snapshot()).toEqual(before);
  });

  test('that fails stops the deploy before anything is beside stable, says why, and runs anew with the step', async () => {
    const bed = await openBed(stage, web('v1'));
    const broken = files('v2', [job('expand', 'before-deploy', { image: 'demo/job:crash' })]);
    const before = await bed.snapshot();
    const failed = { code: 'NOT_READY', message: expect.stringMatching(/expand-\w+: BackoffLimitExceeded.*exit code 1/) };
    expect(await bed.act(canary, broken)).toMatchObject(failed);
    const { 'ConfigMap/web-rollout': _record, ...around } = await bed.snapshot();
    expect(around).toEqual(before);
    expect(await made(bed, async () => expect(await bed.act(canary, broken)).toMatchObject(failed))).toBe(1);
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect(await namesIn(bed)).toEqual([]);
    expect(await bed.snapshot()).toEqual(before);
  });

  test('that fails behind a promote leaves the rollout open: promote goes on, reject goes back', async () => {
    const broken = [job('contract', 'after-promote', { image: 'demo/job:crash' })];
    for (const action of ['promote', 'reject']) {
      const bed = await openBed(stage, web('v1'));
      expect(said(await bed.act(canary, files('v2', broken)))).toBe('deployed');
      expect(said(await bed.act({ ...smi, action: 'promote' }))).toBe('NOT_READY');
      expect(said(await bed.act({ ...smi, action }))).toBe(action === 'promote' ? 'NOT_READY' : 'rejected');
      expect(await namesIn(bed)).toEqual(action === 'promote' ? ['contract'] : []);
    }
  });

  test('is left to the time that its file sets', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(said(await bed.act(canary, files('v2', [job('expand', 'before-deploy', { ttlSecondsAfterFinished: 3600 })])))).toBe('deployed');
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect((await jobsIn(bed)).map(({ spec }) => spec?.ttlSecondsAfterFinished)).toEqual([3600]);
  });

  test('of a chart is a hook: an install is told from an upgrade, and weights order', async () => {
    const hook = (name: string, moments: string, weight = '0'): KubeObject => ({
      ...job(name, ''),
      metadata: { name, annotations: { 'helm.sh/hook': moments, 'helm.sh/hook-weight': weight } },
    });
    const hooks = [hook('late', 'pre-install,pre-upgrade', '5'), hook('early', 'pre-upgrade', '-5'), hook('seed', 'pre-install')];
    const bed = await openBed(stage, []);
    const chart = (version: string): readonly KubeObject[] =>
      files(
        version,
        hooks.flatMap(each => asPhased(each) ?? []),
      );
    expect(await made(bed, async () => expect(said(await bed.act(canary, chart('v1')))).toBe('first-release'))).toBe(2);
    const wire = stage.wire(bed.api.namespace, null);
    expect(said(await bed.act(canary, chart('v2')))).toBe('deployed');
    wire.mend();
    expect(await namesIn(bed)).toEqual(['early', 'late']);
  });

  test('frames strategy none too, and a re-run of what is in place runs none again', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(await made(bed, async () => expect(said(await bed.act(none, files('v2')))).toBe('deployed'))).toBe(3);
    expect(await namesIn(bed)).toEqual([]);
    expect(await made(bed, async () => expect(said(await bed.act(none, files('v2')))).toBe('unchanged'))).toBe(0);
  });
});

describe('killed behind any write, run again', () => {
  const rows: readonly (readonly [string, readonly RawInputs[], RawInputs, number])[] = [
    ['deploy', [], canary, 1],
    ['promote', [canary], { ...smi, action: 'promote' }, 2],
    ['reject', [canary], { ...smi, action: 'reject' }, 1],
    ['none', [], none, 3],
  ];
  test.each(rows)(
    '%s runs each Job once, and ends as if nothing had happened',
    async (_, before, inputs, count) => {
      const opened = async (): Promise<Bed> => {
        const bed = await openBed(stage, web('v1'));
        for (const act of before) await bed.act(act, files('v2'));
        return bed;
      };
      const whole = await opened();
      const wire = stage.wire(whole.api.namespace, null);
      await whole.act(inputs, files('v2'));
      wire.mend();
      const [end, left] = [await whole.snapshot(), await namesIn(whole)];
      // Those around the Jobs always; of the others, which flows without Jobs are killed behind too, some.
      const isNear = (i: number): boolean => wire.writes.slice(Math.max(0, i - 1), i + 1).some(write => write.includes('/jobs'));
      const kills = wire.writes.map((write, i) => [i + 1, write] as const).filter((_, i) => IS_FULL || isNear(i) || i % 8 === 0);
      expect(kills.length).toBeGreaterThan(2);
      for (const [write, text] of kills) {
        const bed = await opened();
        const first = await bed.dieBehind(write, { inputs, files: files('v2') });
        const again = await made(bed, () => bed.act(inputs, files('v2'), { laterSeconds: 61 }));
        const got = { text, made: jobsMade(first.slice(0, write)) + again, left: await namesIn(bed) };
        expect(got).toEqual({ text, made: count, left });
        expect(await bed.snapshot()).toEqual(end);
      }
    },
    120_000,
  );
});
