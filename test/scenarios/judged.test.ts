/** A share that stands under watch: the step judges the new version by its own requests, and gives them back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Measured } from '../../src/model/metrics.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
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
  soak: '20s',
};
const judged: RawInputs = { ...canary, metrics: 'errors\nlatency' };

/** A namespace where version 1 runs under traffic. */
async function underTraffic() {
  const bed = await openBed(stage, web('v1'));
  return { bed, traffic: await bed.traffic('service/web') };
}

const rolledBack = async ({ api }: Bed): Promise<boolean> =>
  (await api.send('GET', '/apis/split.smi-spec.io/v1alpha4/namespaces/{ns}/trafficsplits/web-rollout')).code === 404;

const promote: RawInputs = { action: 'promote', strategy: 'canary', 'traffic-split-method': 'smi' };

const probed: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };

/** What the record says of the last analysis. */
async function analysisIn({ api }: Bed): Promise<Record<string, unknown>> {
  const { body } = await api.send('GET', '/api/v1/namespaces/{ns}/configmaps/web-rollout');
  return JSON.parse((body as KubeObject).data?.rollout ?? '{}').analysis;
}

/** Which write of a deploy notes from where the requests count: the second one behind the split. */
async function writesUntilCounting(): Promise<number> {
  const bed = await openBed(stage, web('v1'));
  const writes = await bed.dieBehind(1000, { inputs: canary, files: [...web('v2')] });
  return writes.findLastIndex(write => write.includes('trafficsplits')) + 3;
}

describe('a canary under watch', () => {
  test.each([
    ['answers a fifth of its requests with an error', 'v2-err20', 'errors'],
    ['answers late', 'v2-slow300', 'latency'],
  ])(
    'that %s fails its deploy, and all requests go back',
    async (_, version, metric) => {
      const { bed, traffic } = await underTraffic();
      const ending = await bed.act({ ...judged, 'on-failure': 'reject' }, web(version), { timeoutSeconds: 60 });
      expect(said(ending)).toBe('ANALYSIS_FAILED');
      expect(ending).toMatchObject({ message: expect.stringContaining(metric) });
      expect(await rolledBack(bed)).toBe(true);
      traffic.reset();
      expect(said(await bed.act({ action: 'promote', strategy: 'canary', 'traffic-split-method': 'smi' }, web(version)))).not.toBe(
        'promoted',
      );
      expect(traffic.counts().pods.filter(({ image }) => image.includes(version))).toEqual([]);
      expect(traffic.counts().lost).toBe(0);
      traffic.stop();
    },
    120_000,
  );

  test('that answers as the old version does is not failed, and who accepts no proof goes on with a warning', async () => {
    const { bed, traffic } = await underTraffic();
    expect(await bed.act(judged, web('v2'))).toMatchObject({
      code: 'ANALYSIS_INCONCLUSIVE',
      message: expect.stringMatching(/: canary .* that it is not: \d+ %; at this rate proof takes about \d+ (s|min) more/),
      hint: expect.stringContaining('on-inconclusive: extend'),
    });
    const extended = await bed.act({ ...judged, 'on-inconclusive': 'extend', 'soak-limit': '21s' }, web('v2'), { timeoutSeconds: 60 });
    expect(extended).toMatchObject({ hint: expect.stringContaining('more time (soak-limit)') });
    expect(said(await bed.act({ ...judged, 'on-inconclusive': 'pass' }, web('v2')))).toBe('deployed');
    expect(said(await bed.act({ action: 'promote', strategy: 'canary', 'traffic-split-method': 'smi' }, web('v2')))).toBe('promoted');
    expect(traffic.counts().lost).toBe(0);
    traffic.stop();
  });

  test('passes with proof where it gets enough requests', async () => {
    const { bed, traffic } = await underTraffic();
    expect(said(await bed.act({ ...judged, metrics: 'errors tolerance=20%', percentage: '50' }, web('v2')))).toBe('deployed');
    traffic.stop();
  });

  test('without requests is no data, never a pass', async () => {
    const bed = await openBed(stage, web('v1'));
    const ending = await bed.act(judged, web('v2'));
    expect(said(ending)).toBe('NO_DATA');
    expect(ending).toMatchObject({ message: expect.stringContaining('got no request'), hint: expect.stringContaining('percentage') });
  });

  test('that is found worse is promoted by nobody but who says so', async () => {
    const { bed, traffic } = await underTraffic();
    expect(said(await bed.act(judged, web('v2-err20')))).toBe('ANALYSIS_FAILED');
    expect(await analysisIn(bed)).toMatchObject({
      verdict: 'fail',
      score: 67,
      metrics: expect.arrayContaining([
        { metric: 'errors', verdict: 'fail', said: expect.stringMatching(/^canary [\d.]+ % of \d+ requests, baseline 0 % of \d+$/) },
      ]),
    });
    expect(await bed.act(promote, web('v2-err20'))).toMatchObject({
      code: 'ANALYSIS_FAILED',
      message: expect.stringMatching(/errors: fail, canary [\d.]+ % of \d+ requests/),
      hint: expect.stringContaining('accept-analysis'),
      standing: { traffic: 'unchanged', release: null },
    });
    expect(await bed.act(promote)).toMatchObject({ code: 'ANALYSIS_FAILED', standing: { release: expect.any(String) } });
    expect(said(await bed.act({ ...promote, 'accept-analysis': 'none' }, web('v2-err20')))).toBe('promoted');
    traffic.stop();
  });

  test('goes on with the analysis in which a run was killed, and is not promoted before it has ended', async () => {
    const { bed, traffic } = await underTraffic();
    const writes = await bed.dieBehind(await writesUntilCounting(), { inputs: judged, files: [...web('v2-err20')] });
    expect(writes.at(-1)).toContain('configmaps');
    const begun = await analysisIn(bed);
    expect(begun).toMatchObject({ verdict: null, stage: '40%', from: expect.anything() });
    expect(said(await bed.act(promote, web('v2-err20')))).toBe('ANALYSIS_UNFINISHED');
    expect(said(await bed.act(judged, web('v2-err20')))).toBe('ANALYSIS_FAILED');
    expect(await analysisIn(bed)).toMatchObject({ verdict: 'fail', since: begun.since });
    traffic.stop();
  });

  test('is watched for itself also where another workload is', async () => {
    const idle = (version: string): readonly KubeObject[] =>
      JSON.parse(JSON.stringify(web(version)).replaceAll('"web"', '"zeta"')) as readonly KubeObject[];
    const bed = await openBed(stage, [...web('v1'), ...idle('v1')]);
    const traffic = await bed.traffic('service/web');
    const ending = await bed.act({ ...judged, metrics: 'errors tolerance=20%', percentage: '50' }, [...web('v2'), ...idle('v2')]);
    expect(ending).toMatchObject({ code: 'NO_DATA', message: expect.stringContaining('zeta') });
    traffic.stop();
  });

  test('is watched for its health where no metric is named', async () => {
    const { bed, traffic } = await underTraffic();
    expect(said(await bed.act({ ...canary, soak: '5s' }, web('v2')))).toBe('deployed');
    traffic.stop();
  });

  test('that is good by its requests fails by a number of the user’s own, and a number that is not there is no data', async () => {
    const { bed, traffic } = await underTraffic();
    const own: RawInputs = { ...canary, prometheus: 'http://p', metrics: 'queue = sum(queue_length) max 1000' };
    const act = (canaryReads: Measured) => bed.act(own, web('v2'), { measure: async () => ({ canary: canaryReads, reference: null }) });
    const failing = await act({ kind: 'value', value: 1001 });
    expect(failing).toMatchObject({ code: 'ANALYSIS_FAILED', message: expect.stringContaining('queue: 1001 is beyond max 1000') });
    expect(await act({ kind: 'error', text: 'Prometheus: http://p refuses the connection' })).toMatchObject({
      code: 'NO_DATA',
      message: expect.stringContaining('queue: Prometheus: http://p refuses the connection'),
    });
    expect(said(await act({ kind: 'value', value: 3 }))).toBe('deployed');
    traffic.stop();
  });
});

describe('a new version that is asked', () => {
  test.each(['0', '20'])('and answers as it should gets its %s %%', async percentage => {
    const bed = await openBed(stage, web('v1'));
    expect(said(await bed.act({ ...probed, percentage, probe: 'GET /healthz 200 json $.image=demo/web:v2' }, web('v2')))).toBe('deployed');
  });

  test.each([
    ['another status', 'v2-err100', 'GET /healthz 200', 'status 500'],
    [
      'another value',
      'v2',
      'GET / 200\nGET /version 200 json $.image=demo/web:v3',
      'line 2 "GET /version 200 json $.image=demo/web:v3": $.image is demo/web:v2',
    ],
    ['nothing at the path', 'v2', 'GET / 200 json $.items', '$.items is not there'],
    ['at no such port', 'v2', 'GET / 200 port admin', 'the pod has no port admin'],
  ])('and answers with %s fails the step before any request moves', async (_, version, probe, why) => {
    const bed = await openBed(stage, web('v1'));
    const ending = await bed.act({ ...probed, percentage: '20', probe }, web(version));
    expect(ending).toMatchObject({ code: 'PROBE_FAILED', message: expect.stringContaining(why) });
    expect(ending).toMatchObject({ message: expect.stringMatching(/pod web-canary-\S+, line \d/) });
    expect(await rolledBack(bed)).toBe(true);
  });
});

test('an open canary is asked by analyze too', async () => {
  const bed = await openBed(stage, web('v1'));
  expect(said(await bed.act({ ...probed, percentage: '20' }, web('v2')))).toBe('deployed');
  const asked = (probe: string): RawInputs => ({ action: 'analyze', soak: '5s', metrics: '', probe });
  expect(said(await bed.act(asked('GET /healthz 200'), web('v2')))).toBe('analyzed');
  expect(said(await bed.act(asked('GET /healthz 204'), web('v2')))).toBe('PROBE_FAILED');
});

describe('the share that arrives', () => {
  test('of a split that no proxy follows is none: the deploy fails and gives the requests back', async () => {
    const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
    const traffic = await bed.traffic('route/web');
    const ending = await bed.act({ ...probed, percentage: '20', 'on-failure': 'reject' }, web('v2'));
    expect(ending).toMatchObject({ code: 'SHARE_OFF', message: expect.stringMatching(/10 % of the requests and got none .* counted \d+/) });
    expect(await rolledBack(bed)).toBe(true);
    expect(traffic.counts().lost).toBe(0);
    traffic.stop();
  });

  test('is told beside the one that was asked', async () => {
    const { bed, traffic } = await underTraffic();
    const told: Event[] = [];
    await bed.act({ ...probed, baseline: 'false', percentage: '40' }, web('v2'), { onEvent: event => void told.push(event) });
    const measured = told.find(event => event.type === 'measured');
    expect(measured).toMatchObject({ workload: 'web', asked: 40 });
    expect(Math.abs((measured?.measured ?? 0) - 40)).toBeLessThan(15);
    traffic.stop();
  });
});
