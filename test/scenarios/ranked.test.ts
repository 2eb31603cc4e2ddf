/** A share that stands under watch by series of points: Kayenta's judge in place of counted evidence. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
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
  'baseline-and-canary-replicas': '1',
  percentage: '40',
};

async function underTraffic() {
  const bed = await openBed(stage, web('v1'));
  return { bed, traffic: await bed.traffic('service/web') };
}

async function analysisIn({ api }: Bed): Promise<Record<string, unknown>> {
  const { body } = await api.send('GET', '/api/v1/namespaces/{ns}/configmaps/web-rollout');
  return JSON.parse((body as KubeObject).data?.rollout ?? '{}').analysis;
}

describe('a canary that Kayenta’s judge compares', () => {
  const byRanks: RawInputs = { ...canary, metrics: 'errors\nlatency', judge: 'kayenta', soak: '1m' };

  test.each([
    ['v2-err20', /errors: canary [12]\d(\.\d)? % \(mean of 1\d points\), baseline 0 % .*: higher by the test of ranks/],
    ['v2-slow300', /latency \(95th percentile\): canary \d{3} ms \(mean of 1\d points\), baseline \S+ ms .*: higher/],
  ])('fails with %s when the soak is over, and the record says by what', async (version, why) => {
    const { bed, traffic } = await underTraffic();
    expect(await bed.act(byRanks, web(version))).toMatchObject({ code: 'ANALYSIS_FAILED', message: expect.stringMatching(why) });
    expect(await analysisIn(bed)).toMatchObject({ verdict: 'fail', score: 67 });
    traffic.stop();
  });

  test('passes with the same program, and is judged by nobody without a fresh baseline or requests', async () => {
    const { bed, traffic } = await underTraffic();
    expect(said(await bed.act(byRanks, web('v2')))).toBe('deployed');
    expect(await analysisIn(bed)).toMatchObject({ verdict: 'pass', score: 100 });
    traffic.stop();
    expect(await bed.act({ ...byRanks, action: 'analyze' }, web('v2'))).toMatchObject({
      code: 'NO_DATA',
      message: expect.stringContaining('got no request'),
    });
    const alone = await openBed(stage, web('v1'));
    expect(said(await alone.act({ ...canary, baseline: 'false' }, web('v2')))).toBe('deployed');
    expect(await alone.act({ ...byRanks, action: 'analyze' }, web('v2'))).toMatchObject({
      code: 'NO_DATA',
      message: expect.stringContaining('a fresh baseline, and none stands beside it'),
    });
  });
});
