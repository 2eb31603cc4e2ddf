/** Versions under names of their own that several runs of pipelines deploy, on the simulated cluster. */
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

const shadow: RawInputs = { strategy: 'shadow', 'traffic-split-method': 'gateway-api' };
const canary: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false' };
const named = (action: string, name: string): RawInputs => ({ ...shadow, action, 'variant-name': name });
const deployments = (objects: object): readonly string[] => Object.keys(objects).filter(key => key.startsWith('Deployment/'));

describe('a version of two workloads', () => {
  const second = (objects: readonly KubeObject[]): readonly KubeObject[] =>
    JSON.parse(JSON.stringify(objects).replaceAll('"web"', '"api"')) as readonly KubeObject[];
  const both = (version: string): readonly KubeObject[] => [...web(version), ...second(web(version))];

  test.each(['promote', 'reject'])(
    'is meant whole by a %s without files, also where another run has a version of one of them',
    async action => {
      const bed = await openBed(stage, [...both('v1'), gatewayRoute, ...second([gatewayRoute])]);
      await bed.act(named('deploy', 'a'), both('v2'));
      await bed.act(named('deploy', 'b'), web('v3'), { run: 2 });
      await bed.act(named(action, 'a'));
      const now = await bed.snapshot();
      expect(deployments(now)).not.toContain('Deployment/web-a');
      expect(deployments(now)).not.toContain('Deployment/api-a');
      const version = action === 'promote' ? 'v2' : 'v1';
      expect(JSON.stringify([now['Deployment/web'], now['Deployment/api']]).match(/demo\/web:v\d/g)).toEqual(
        expect.arrayContaining([`demo/web:${version}`, `demo/web:${version}`]),
      );
    },
  );
});

describe('a reject without a name', () => {
  test('ends what its own run deployed, and leaves another run’s version alone', async () => {
    const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
    const before = await bed.snapshot();
    await bed.act(named('deploy', 'a'), web('v2'));
    await bed.act(named('deploy', 'b'), web('v3'), { run: 2 });
    expect(said(await bed.act({ ...shadow, action: 'reject' }))).toBe('rejected');
    expect(deployments(await bed.snapshot())).toEqual(['Deployment/web', 'Deployment/web-b']);
    expect(said(await bed.act({ ...shadow, action: 'reject' }, [], { run: 3 }))).toBe('superseded');
    expect(deployments(await bed.snapshot())).toEqual(['Deployment/web', 'Deployment/web-b']);
    expect(said(await bed.act({ ...shadow, action: 'reject', 'reject-any': 'true' }, [], { run: 3 }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('ends all that its own run deployed', async () => {
    const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
    await bed.act(named('deploy', 'a'), web('v2'));
    await bed.act(named('deploy', 'b'), web('v3'));
    await bed.act(named('deploy', 'c'), web('v4'), { run: 2 });
    expect(said(await bed.act({ ...shadow, action: 'reject' }))).toBe('rejected');
    expect(deployments(await bed.snapshot())).toEqual(['Deployment/web', 'Deployment/web-c']);
  });
});

describe('versions and a canary', () => {
  test('a canary of an older run does not end a newer run’s version', async () => {
    const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
    await bed.act(named('deploy', 'a'), web('v3'), { run: 5 });
    expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '20' }, web('v2')))).toBe('NEWER_ROLLOUT');
    expect(deployments(await bed.snapshot())).toContain('Deployment/web-a');
  });

  test('a version does not take the requests of an open canary away', async () => {
    const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
    await bed.act({ ...canary, action: 'deploy', percentage: '20' }, web('v3'));
    const standing = await bed.snapshot();
    expect(said(await bed.act(named('deploy', 'a'), web('v2'), { run: 2 }))).toBe('ROLLOUT_OPEN');
    expect(await bed.snapshot()).toEqual(standing);
    expect(said(await bed.act({ ...canary, action: 'promote' }, web('v3')))).toBe('promoted');
  });

  test('a canary that took over from versions is promoted', async () => {
    const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
    await bed.act(named('deploy', 'a'), web('v2'));
    await bed.act(named('deploy', 'b'), web('v3'));
    expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '20' }, web('v4')))).toBe('deployed');
    expect(said(await bed.act({ ...canary, action: 'promote' }, web('v4')))).toBe('promoted');
    expect(deployments(await bed.snapshot())).toEqual(['Deployment/web']);
  });
});

describe('a version of a Deployment that stops before it starts', () => {
  const recreating = (version: string): readonly KubeObject[] =>
    web(version).map(object =>
      object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, strategy: { type: 'Recreate' } } } : object,
    );
  const path = { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } };
  const ingress: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: { ingressClassName: 'nginx', rules: [{ host: 'web.example', http: { paths: [path] } }] },
  };
  const ways: readonly (readonly [string, string, readonly KubeObject[]])[] = [
    ['gateway-api', 'route/web', [gatewayRoute]],
    ['istio', 'service/web', []],
    ['nginx', 'route/web', [ingress]],
  ];

  test.each(ways)('takes all requests by %s while stable is replaced, and loses none', async (method, entry, routes) => {
    const bed = await openBed(stage, [...recreating('v1'), ...routes]);
    const traffic = await bed.traffic(entry);
    const inputs = { strategy: 'shadow', 'traffic-split-method': method, 'variant-name': 'a' };
    expect(said(await bed.act({ ...inputs, action: 'deploy' }, recreating('v2')))).toBe('deployed');
    expect(said(await bed.act({ ...inputs, action: 'promote' }, recreating('v2')))).toBe('promoted');
    expect(traffic.counts().lost).toBe(0);
    traffic.stop();
  });

  test('is rejected in the middle of its promote without a loss', async () => {
    const bed = await openBed(stage, recreating('v1'));
    const before = await bed.snapshot();
    const traffic = await bed.traffic('service/web');
    const inputs = { strategy: 'shadow', 'traffic-split-method': 'istio', 'variant-name': 'a' };
    await bed.act({ ...inputs, action: 'deploy' }, recreating('v2'));
    const writes = await bed.dieBehind(8, { inputs: { ...inputs, action: 'promote' }, files: recreating('v2') });
    expect(writes.join()).toContain('virtualservices');
    expect(said(await bed.act({ ...inputs, action: 'reject' }, [], { laterSeconds: 61 }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
    expect(traffic.counts().lost).toBe(0);
    traffic.stop();
  });
});
