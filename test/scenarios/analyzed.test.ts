/** A step that judges what is open, and changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { MeasuredCluster } from '../../src/model/metrics.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { whereText } from '../../src/report/standing.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const canary: RawInputs = {
  action: 'deploy',
  strategy: 'canary',
  'traffic-split-method': 'smi',
  'baseline-and-canary-replicas': '2',
  percentage: '50',
};

describe('what is open is analyzed', () => {
  const analyze: RawInputs = { action: 'analyze', soak: '20s', metrics: 'errors' };
  const open = async (version: string) => {
    const bed = await openBed(stage, web('v1'));
    const traffic = await bed.traffic('service/web');
    expect(said(await bed.act(canary, web(version)))).toBe('deployed');
    return { bed, traffic };
  };

  test('and nothing is written, whether it is good or bad', async () => {
    for (const [version, tolerance, end] of [
      ['v2', 'errors tolerance=20%', 'analyzed'],
      ['v2-err20', 'errors', 'ANALYSIS_FAILED'],
    ] as const) {
      const { bed, traffic } = await open(version);
      const before = await bed.snapshot();
      expect(said(await bed.act({ ...analyze, metrics: tolerance }))).toBe(end);
      expect(await bed.snapshot()).toEqual(before);
      traffic.stop();
    }
  });

  test('and where it is bad, the end says which release it is, where its requests go, and that they stay there', async () => {
    const { traffic, bed } = await open('v3-err20');
    const opened = outputsOf(await bed.act({ ...canary, 'dry-run': 'true' }, web('v3-err20')));
    const ending = await bed.act(analyze);
    expect(outputsOf(ending)).toMatchObject({
      code: 'ANALYSIS_FAILED',
      release: opened.release,
      traffic: 'unchanged',
      weights: '{"stable":500,"baseline":250,"canary":250}',
    });
    expect(ending).toMatchObject({ hint: expect.stringContaining('until a reject') });
    expect(ending && whereText(ending.type === 'failed' ? ending.standing : undefined)).toBe(
      'This step moved no request; 0 lost by it: stable 50 %, baseline 25 %, canary 25 %.',
    );
    traffic.stop();
  });

  test('where nothing is open there is nothing to be green for, but behind a deploy of what runs already', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(await bed.act(analyze)).toMatchObject({ code: 'NO_DATA', message: expect.stringContaining('no rollout is open') });
    expect(said(await bed.act(analyze, web('v2')))).not.toBe('analyzed');
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, web('v2')))).toBe('deployed');
    expect(said(await bed.act(analyze, web('v2')))).toBe('unchanged');
  });

  test('is no data where half of its pods were never read, however well the others do', async () => {
    const { bed, traffic } = await open('v2');
    const unread = (name: string) => ({ pod: name, answers: null, because: 'unreachable' as const, text: 'no answer within 4 s' });
    const dark = new Set<string>();
    const halfBlind = (cluster: MeasuredCluster): MeasuredCluster => ({
      ...cluster,
      metrics: {
        read: async variants => {
          const all = (await cluster.metrics?.read(variants)) ?? [];
          const first = variants.find(({ side }) => side === 'canary')?.pods[0]?.metadata.name ?? '';
          if (dark.size === 0) dark.add(first);
          return all.map(reading => (dark.has(reading.pod) ? unread(reading.pod) : reading));
        },
      },
    });
    const ending = await bed.act({ ...analyze, metrics: 'errors tolerance=20%' }, [], { between: halfBlind });
    expect(ending).toMatchObject({
      code: 'NO_DATA',
      message: expect.stringMatching(/of canary 1 of 2 pods were never read; web-canary-\S+: no answer within 4 s/),
    });
    traffic.stop();
  });
});
