/** A route that its gateway refuses while a canary is open, on the simulated cluster, under traffic. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Stream } from '../../src/simulation/index.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

const api: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'api' },
  spec: { selector: { app: 'api' }, ports: [{ port: 80 }] },
};
/** Another rule of the user's leads elsewhere. */
const route: KubeObject = {
  ...gatewayRoute,
  spec: {
    parentRefs: [{ name: 'edge' }],
    rules: [
      { matches: [{ path: { type: 'PathPrefix', value: '/api' } }], backendRefs: [{ name: 'api', port: 80 }] },
      { backendRefs: [{ name: 'web', port: 80 }] },
    ],
  },
};
const inputs: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false' };

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

let bed: Bed;
let traffic: Stream;
let before: unknown;
beforeEach(async () => {
  bed = await openBed(stage, [...web('v1'), api, route]);
  before = await routeNow();
  traffic = await bed.traffic('route/web');
  expect(said(await act({ action: 'deploy', percentage: '25' }, web('v2')))).toBe('deployed');
});

const act = (more: RawInputs, files: readonly KubeObject[] = []): Promise<Ending> => bed.act({ ...inputs, ...more }, files);

const PATH = '/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes/web';
const routeNow = async (): Promise<unknown> => (await bed.api.send('GET', PATH)).body.spec;

/** Deletes a Service that the route names, and waits until the gateway has said so. */
async function refusedWithout(service: string): Promise<void> {
  await bed.api.send('DELETE', `/api/v1/namespaces/{ns}/services/${service}`);
  await bed.api.until(PATH, ({ status }) => JSON.stringify(status).includes('BackendNotFound'));
}

describe('a route that is refused for the canary’s sake', () => {
  test('is put back by a reject: the very write that mends it does not wait for it', async () => {
    await refusedWithout('web-canary');
    expect(await act({ action: 'reject' })).toMatchObject({ outcome: { status: 'rejected' } });
    expect(await routeNow()).toEqual(before);
    expect(Object.keys(await bed.snapshot())).not.toContain('ConfigMap/web-rollout');
  });
});

describe('a route that is refused for another rule’s sake', () => {
  beforeEach(() => refusedWithout('api'));

  test('fails the next increment with the gateway’s own words, and all requests go back', async () => {
    const ending = await act({ action: 'deploy', percentage: '50' }, web('v2'));
    expect(ending).toMatchObject({ code: 'ROUTE_NOT_ACCEPTED', message: expect.stringContaining('BackendNotFound') });
    expect(await routeNow()).toEqual(before);
    expect(Object.keys(await bed.snapshot())).toContain('Deployment/web-canary');
    expect(Object.keys(await bed.snapshot())).not.toContain('Service/web-baseline');
    expect(traffic.counts().lost).toBe(0);
  });

  test('is no obstacle to a reject', async () => {
    expect(await act({ action: 'reject' })).toMatchObject({ outcome: { status: 'rejected' } });
    expect(await routeNow()).toEqual(before);
    expect(traffic.counts().lost).toBe(0);
  });

  test('is not promoted over before it is mended', async () => {
    expect(await act({ action: 'promote' }, web('v2'))).toMatchObject({ code: 'ROUTE_NOT_ACCEPTED' });
    await applyAsUser(bed.api, [api]);
    expect(await act({ action: 'promote' }, web('v2'))).toMatchObject({ outcome: { status: 'promoted' } });
    expect(await routeNow()).toEqual(before);
    expect(traffic.counts().lost).toBe(0);
  });
});
