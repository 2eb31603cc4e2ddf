/** Rollouts that one run has opened in several ways: each is ended in its own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const pod: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const gateway: RawInputs = { action: 'deploy', strategy: 'blue-green', 'traffic-split-method': 'gateway-api', percentage: '100' };

/** The user's Deployment, Service and, for one that is split by it, route: under another name. */
const called = (name: string, objects: readonly KubeObject[]): readonly KubeObject[] =>
  objects.map(object => JSON.parse(JSON.stringify(object).replaceAll('"web"', `"${name}"`)) as KubeObject);

describe.each([
  ['api', 'web', { ...pod, percentage: '75', 'shrink-stable': 'true' }],
  ['zoo', 'web', { ...pod, percentage: '75', 'shrink-stable': 'true' }],
  ['zoo', 'web', { ...pod, percentage: '50', pods: 'constant' }],
])('%s by pods, and %s by a route', (counted, routed, inputs) => {
  const objects = [...called(counted, web('v1')), ...web('v1'), gatewayRoute];

  test.each(['promote', 'reject'])('%s ends each as it was opened', async action => {
    const bed = await openBed(stage, objects);
    const before = await bed.snapshot();
    expect(said(await bed.act(inputs, called(counted, web('v2'))))).toBe('deployed');
    expect(said(await bed.act(gateway, web('v2')))).toBe('deployed');
    const writes = await bed.dieBehind(1000, { inputs: { action }, files: [] });
    const routeBack = writes.findLastIndex(write => write.endsWith('/httproutes/web'));
    const gone = writes.findIndex(write => write.startsWith('DELETE') && write.endsWith(`/deployments/${routed}-canary`));
    expect(routeBack).toBeGreaterThanOrEqual(0);
    expect(gone).toBeGreaterThan(routeBack);
    const after = JSON.stringify(await bed.snapshot());
    const expected = JSON.stringify(before);
    expect(withoutManagers(after)).toEqual(withoutManagers(action === 'reject' ? expected : expected.replaceAll(':v1', ':v2')));
  });
});

/** promote applies as kubectl would; who owns which field is told elsewhere. */
function withoutManagers(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => (key === 'managers' ? undefined : value)) as unknown;
}
