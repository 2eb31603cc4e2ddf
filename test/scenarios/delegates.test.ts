/** A VirtualService that leaves its rules to another one, on the simulated cluster, under traffic. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { shares, variantOf } from '../../src/simulation/index.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { until } from '../stage/time.ts';

const virtualService = (name: string, spec: Readonly<Record<string, Json>>): KubeObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name },
  spec,
});
const delegating = virtualService('mesh', { hosts: ['web'], http: [{ match: [{ uri: { prefix: '/' } }], delegate: { name: 'led' } }] });
const led = virtualService('led', { http: [{ route: [{ destination: { host: 'web' } }] }] });
const inputs: RawInputs = { strategy: 'canary', 'traffic-split-method': 'istio', baseline: 'false' };

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('requests are split where the delegate leads them, and no rival is seen in the one that delegates', async () => {
  const bed = await openBed(stage, [...web('v1'), delegating, led]);
  const traffic = await bed.traffic('service/web');
  expect(said(await bed.act({ ...inputs, action: 'deploy', percentage: '25' }, web('v2')))).toBe('deployed');
  traffic.reset();
  await until(stage.simulation.kubeconfig, () => traffic.counts().sent >= 400);
  const percent = shares(traffic.counts(), variantOf).canary?.percent ?? 0;
  // Five standard deviations of 400 requests at a quarter.
  expect(Math.abs(percent - 25)).toBeLessThan(11);
  expect(said(await bed.act({ ...inputs, action: 'promote' }, web('v2')))).toBe('promoted');
  expect(traffic.counts().lost).toBe(0);
});
