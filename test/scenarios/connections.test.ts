/** A route that leads connections to the Service of a canary, on the simulated cluster. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

const GROUP = 'gateway.networking.k8s.io';
let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage([
    definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits'),
    definition(GROUP, 'v1alpha2', 'TLSRoute', 'tlsroutes'),
  ]);
});
afterAll(() => stage.close());

const route: KubeObject = {
  apiVersion: `${GROUP}/v1alpha2`,
  kind: 'TLSRoute',
  metadata: { name: 'raw' },
  spec: { hostnames: ['web.example.test'], rules: [{ backendRefs: [{ name: 'web', port: 443 }] }] },
};

test('is named once before the first write, and the canary goes on', async () => {
  const bed = await openBed(stage, [...web('v1'), route]);
  const told: string[] = [];
  const inputs = { strategy: 'canary', 'traffic-split-method': 'smi', action: 'deploy', percentage: '25' };
  const ending = await bed.act(inputs, web('v2'), {
    onEvent: event => void told.push(...(event.type === 'notice' ? [event.text] : [])),
  });
  expect(said(ending)).toBe('deployed');
  expect(told.filter(text => text.includes('TLSRoute'))).toEqual([
    `TLSRoute ${bed.api.namespace}/raw sends requests to Service web too, which traffic-split-method smi does not split: it leads connections, not requests.`,
  ]);
});
