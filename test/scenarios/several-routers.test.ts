/** Several routers at once, one for requests from outside and one for those inside, on the simulated cluster, under traffic through both. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { Stream } from '../../src/simulation/index.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import type { Snapshot } from '../stage/snapshot.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { until } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

let bed: Bed;
let outside: Stream;
let inside: Stream;
let before: Snapshot;
beforeEach(async () => {
  bed = await openBed(stage, [...web('v1'), gatewayRoute]);
  before = await bed.snapshot();
  outside = await bed.traffic('route/web');
  inside = await bed.traffic('service/web');
});

const both: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api,smi', baseline: 'false' };

const act = (inputs: RawInputs, version: string | null = 'v2'): Promise<Ending> =>
  bed.act({ ...both, ...inputs }, version ? web(version) : []);

const lost = (): readonly number[] => [outside, inside].map(stream => stream.counts().lost);

/** Weights by Service as each route says them: from outside, and inside. */
async function written(): Promise<readonly unknown[]> {
  const route = await bed.api.send('GET', '/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes/web');
  const split = await bed.api.send('GET', '/apis/split.smi-spec.io/v1alpha4/namespaces/{ns}/trafficsplits/web-rollout');
  const [rule] = records(at(route.body, 'spec.rules'));
  return [
    Object.fromEntries(records(rule?.backendRefs).map(({ name, weight }) => [name, weight ?? 1])),
    split.code === 404
      ? null
      : Object.fromEntries(records(at(split.body, 'spec.backends')).map(({ service, weight }) => [service, weight])),
  ];
}

/** The canary's part of the next requests of a stream. */
async function canaryShare(stream: Stream, requests: number): Promise<number> {
  const canarys = (): number =>
    stream
      .counts()
      .pods.filter(({ image }) => image.endsWith(':v2'))
      .reduce((sum, pod) => sum + pod.requests, 0);
  const [sent, had] = [stream.counts().sent, canarys()];
  await until(stage.simulation.kubeconfig, () => stream.counts().sent >= sent + requests);
  return (canarys() - had) / (stream.counts().sent - sent);
}

describe('a canary through a gateway and through the mesh', () => {
  beforeEach(async () => {
    expect(said(await act({ action: 'deploy', percentage: '25' }))).toBe('deployed');
  });

  test('gets its share of the requests on both ways', async () => {
    expect(await written()).toEqual([
      { web: 750, 'web-canary': 250 },
      { 'web-stable': 750, 'web-canary': 250 },
    ]);
    const shares = await Promise.all([outside, inside].map(stream => canaryShare(stream, 400)));
    // Five standard deviations of 400 requests at a quarter: one honest run in a million is outside.
    for (const share of shares) expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 400));
    expect(lost()).toEqual([0, 0]);
  });

  test.each(['gateway-api,smi', 'smi,gateway-api'])('moves on on both, named as %s', async names => {
    expect(said(await act({ action: 'deploy', percentage: '50', 'traffic-split-method': names }))).toBe('deployed');
    expect(await written()).toEqual([
      { web: 500, 'web-canary': 500 },
      { 'web-stable': 500, 'web-canary': 500 },
    ]);
    expect(lost()).toEqual([0, 0]);
  });

  test.each(['promote', 'reject'])('leaves nothing on either after %s, and no request is lost', async action => {
    expect(said(await act({ action }, action === 'reject' ? null : 'v2'))).toBe(`${action}${action === 'promote' ? 'd' : 'ed'}`);
    expect(await written()).toEqual([{ web: 1 }, null]);
    const after = await bed.snapshot();
    if (action === 'reject') expect(after).toEqual(before);
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    for (const stream of [outside, inside]) expect(await canaryShare(stream, 100)).toBe(action === 'promote' ? 1 : 0);
    expect(lost()).toEqual([0, 0]);
  });
});

test('a release that never gets ready gets no request on either way', async () => {
  const inputs = { ...both, action: 'deploy', percentage: '25' };
  expect(said(await bed.act(inputs, web('v2-unready'), { timeoutSeconds: 5 }))).toBe('NOT_READY');
  expect(said(await act({ action: 'reject' }, null))).toBe('rejected');
  expect(await bed.snapshot()).toEqual(before);
  expect(lost()).toEqual([0, 0]);
});
