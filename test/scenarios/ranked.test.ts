/** A share that stands under watch by more than counted evidence: by series of points, and by what its pods answer. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { MeasuredCluster } from '../../src/model/metrics.ts';
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

  test('of which the run was killed begins anew, and says so', async () => {
    const { bed, traffic } = await underTraffic();
    const writes = await bed.dieBehind(1000, { inputs: canary, files: [...web('v2')] });
    await bed.act({ action: 'reject', strategy: 'canary', 'traffic-split-method': 'smi' }, web('v2'));
    const behind = writes.findLastIndex(write => write.includes('trafficsplits')) + 2;
    await bed.dieBehind(behind, { inputs: byRanks, files: [...web('v2')] });
    expect(await analysisIn(bed)).toMatchObject({ verdict: null });
    const told: string[] = [];
    const onProgress = (event: Event) => void (event.type === 'progress' && told.push(event.text));
    expect(said(await bed.act(byRanks, web('v2'), { laterSeconds: 61, onEvent: onProgress }))).toBe('deployed');
    expect(told.filter(text => text.includes('starts over'))).toEqual([
      'web: the interrupted analysis starts over: the points that judge kayenta compares are not kept',
    ]);
    traffic.stop();
    const notices: string[] = [];
    const onNotice = (event: Event) => void (event.type === 'notice' && notices.push(`${event.level}: ${event.text}`));
    const promote: RawInputs = { action: 'promote', strategy: 'canary', 'traffic-split-method': 'smi' };
    expect(said(await bed.act(promote, web('v2'), { laterSeconds: 61, onEvent: onNotice }))).toBe('promoted');
    expect(notices).toContainEqual(
      expect.stringMatching(/^info: Analysis of web: pass; health pass; errors pass \(canary 0 % \(mean of \d+ points\), /),
    );
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
      message: expect.stringContaining('a fresh baseline, and there is none'),
    });
  });
});

describe('a canary whose answers are compared', () => {
  const asked = (compare: string): RawInputs => ({ ...canary, soak: '5s', compare });
  const differs = /GET \/version.*: the canary answers differently from the running version: .*"?demo\/web:v1"? → "?demo\/web:v2"?/;

  test.each([
    ['true', 'the pods of one version differ in their names, which is left out'],
    ['false', 'the same where another pod of stable stands in for the baseline'],
  ])('is told to answer otherwise, and fails by it where that is critical (baseline %s: %s)', async baseline => {
    const bed = await openBed(stage, web('v1'));
    const told: Event[] = [];
    const onEvent = (event: Event) => void told.push(event);
    expect(said(await bed.act({ ...asked('GET /version'), baseline }, web('v2'), { onEvent }))).toBe('deployed');
    const warning = told.flatMap(event => (event.type === 'notice' && event.text.includes('answers differently') ? [event.text] : []));
    expect(warning).toEqual([expect.stringMatching(differs)]);
    expect(warning[0]).not.toContain('web-canary-');
    const critical = await bed.act({ ...asked('GET /version critical'), baseline, percentage: '50' }, web('v2'));
    expect(critical).toMatchObject({ code: 'ANALYSIS_FAILED', message: expect.stringMatching(differs) });
    expect(await analysisIn(bed)).toMatchObject({
      verdict: 'fail',
      metrics: expect.arrayContaining([expect.objectContaining({ metric: 'GET /version critical', verdict: 'fail' })]),
    });
  });

  test('and its questions go where the Service sends requests, whichever container stands first', async () => {
    const files = (version: string): readonly KubeObject[] => web(version).map(withSidecar);
    const bed = await openBed(stage, files('v1'));
    const ports: (string | number)[] = [];
    const between = (cluster: MeasuredCluster): MeasuredCluster => ({
      ...cluster,
      askPod: async question => {
        ports.push(question.port);
        return (await cluster.askPod?.(question)) ?? { status: 0, text: '', milliseconds: 0 };
      },
    });
    const inputs = { ...asked('GET /\nGET /config port admin'), probe: 'GET /healthz 200' };
    await bed.act(inputs, files('v2'), { between });
    expect(ports.filter(port => port === 15_000)).toHaveLength(3);
    expect(ports.filter(port => port === 8080).length).toBeGreaterThanOrEqual(4);
    expect(new Set(ports)).toEqual(new Set([8080, 15_000]));
  });

  test('of the same program passes, and what cannot be asked is no data', async () => {
    const bed = await openBed(stage, web('v1'));
    const same = web('v1').map(object => (object.kind === 'Deployment' ? withNote(object) : object));
    expect(said(await bed.act(asked('GET /version critical'), same))).toBe('deployed');
    expect(await bed.act({ ...asked('GET /version critical port admin'), action: 'analyze' }, same)).toMatchObject({
      code: 'NO_DATA',
      message: expect.stringContaining('has no port admin'),
    });
  });
});

/** A mesh's proxy stands before the program. */
function withSidecar(object: KubeObject): KubeObject {
  const sidecar = JSON.stringify({ name: 'proxy', image: 'demo/proxy:v1', ports: [{ name: 'admin', containerPort: 15000 }] });
  return JSON.parse(JSON.stringify(object).replace('"containers":[', `"containers":[${sidecar},`)) as KubeObject;
}

/** The same program in another template. */
function withNote(object: KubeObject): KubeObject {
  return JSON.parse(JSON.stringify(object).replace('"containers":', '"terminationGracePeriodSeconds":20,"containers":')) as KubeObject;
}
