/** A route with parents that did not serve it before a canary came, on the simulated cluster, under traffic through the one that does. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { shares, variantOf } from '../../src/simulation/index.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { until } from '../stage/time.ts';
import { applyAsUser } from '../stage/user.ts';

const gateway = (name: string): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name },
  spec: { gatewayClassName: 'simulated', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
});
const route = (infra: string): KubeObject => ({
  ...gatewayRoute,
  spec: { ...gatewayRoute.spec, parentRefs: [{ name: 'edge' }, { name: 'gone' }, { name: 'far', namespace: infra }] },
});
const inputs: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false' };
const PATH = '/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes/web';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage([
    definition('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes'),
    definition('gateway.networking.k8s.io', 'v1', 'Gateway', 'gateways'),
  ]);
});
afterAll(() => stage.close());

test('a parent that is not there and one that refuses the route do not hold up the canary at the one that serves', async () => {
  const infra = await openBed(stage, [gateway('far')]);
  const bed = await openBed(stage, [...web('v1'), gateway('edge')]);
  await applyAsUser(bed.api, [route(infra.api.namespace)]);
  await bed.api.until(PATH, ({ status }) => JSON.stringify(status ?? null).includes('NotAllowedByListeners'));
  const traffic = await bed.traffic('route/web');

  expect(said(await bed.act({ ...inputs, action: 'deploy', percentage: '25' }, web('v2')))).toBe('deployed');
  traffic.reset();
  await until(stage.simulation.kubeconfig, () => traffic.counts().sent >= 400);
  // Five standard deviations of 400 requests at a quarter.
  expect(Math.abs((shares(traffic.counts(), variantOf).canary?.percent ?? 0) - 25)).toBeLessThan(11);
  expect(said(await bed.act({ ...inputs, action: 'deploy', percentage: '50' }, web('v2')))).toBe('deployed');
  expect(said(await bed.act({ ...inputs, action: 'promote' }, web('v2')))).toBe('promoted');
  expect(traffic.counts().lost).toBe(0);
});
