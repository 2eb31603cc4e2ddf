import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulation, shares, simulate, type VirtualClock, virtualClock } from '../../../src/simulation/index.ts';
import { definition, send, workload } from '../client.ts';

let clock: VirtualClock;
let simulation: Simulation;
beforeEach(async () => {
  clock = virtualClock();
  const crds = [
    definition('split.smi-spec.io', 'v1alpha2', 'TrafficSplit', 'trafficsplits'),
    definition('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes'),
    definition('projectcontour.io', 'v1', 'HTTPProxy', 'httpproxies'),
  ];
  simulation = await simulate({ clock, crds: crds as never, pace: { dataPlaneMilliseconds: 1000 } });
  await workload(simulation, 'web', { image: 'demo/web:v1' });
  await workload(simulation, 'web-canary', { image: 'demo/web:v2-err20-slow300' });
  await clock.advance(3000);
});
afterEach(() => simulation.close());

const split = (stable: number, canary: number): unknown => ({
  apiVersion: 'split.smi-spec.io/v1alpha2',
  kind: 'TrafficSplit',
  metadata: { name: 'web' },
  spec: {
    service: 'root',
    backends: [
      { service: 'web', weight: stable },
      { service: 'web-canary', weight: canary },
    ],
  },
});
const splits = '/apis/split.smi-spec.io/v1alpha2/namespaces/default/trafficsplits';
const imageTag = (pod: { image: string }): string => pod.image.split(':')[1] ?? '';

describe('the simulated traffic', () => {
  test('is split by weight, and fails and waits as the image says', async () => {
    await send(simulation, 'POST', splits, split(900, 100));
    await clock.advance(2000);
    const stream = simulation.traffic({ namespace: 'default', entry: 'service/root', requestsPerSecond: 200 });
    await clock.advance(20_000);
    const counts = stream.counts();
    const share = shares(counts, imageTag);
    expect(counts.lost).toBe(0);
    expect(counts.sent).toBeGreaterThan(3900);
    expect(Math.abs((share['v2-err20-slow300']?.percent ?? 0) - 10)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / 4000) * 100);
    expect(Math.abs((share['v2-err20-slow300']?.errors ?? 0) / (share['v2-err20-slow300']?.requests ?? 1) - 0.2)).toBeLessThan(0.07);
    expect(share['v2-err20-slow300']?.meanLatencyMilliseconds).toBeGreaterThan(250);
    expect(share.v1).toMatchObject({ errors: 0, meanLatencyMilliseconds: 0 });
  });

  test('follows a changed weight only when the data plane has it', async () => {
    await send(simulation, 'POST', splits, split(1000, 0));
    await clock.advance(2000);
    const stream = simulation.traffic({ namespace: 'default', entry: 'service/root', requestsPerSecond: 100 });
    await send(simulation, 'PATCH', `${splits}/web`, {
      spec: {
        backends: [
          { service: 'web', weight: 0 },
          { service: 'web-canary', weight: 1 },
        ],
      },
    });
    await clock.advance(900);
    expect(Object.keys(shares(stream.counts(), imageTag))).toEqual(['v1']);
    await clock.advance(3000);
    expect(Object.keys(shares(stream.counts(), imageTag))).toEqual(['v1', 'v2-err20-slow300']);
  });

  test('is lost where pods go before the data plane knows', async () => {
    const stream = simulation.traffic({ namespace: 'default', entry: 'service/web', requestsPerSecond: 100 });
    await clock.advance(1000);
    expect(stream.counts().lost).toBe(0);
    await send(simulation, 'DELETE', '/apis/apps/v1/namespaces/default/deployments/web');
    await clock.advance(3000);
    expect(stream.counts().lost).toBeGreaterThan(100);
  });

  test('reads HTTPRoutes: weights, headers, mirrors', async () => {
    const rules = [
      { matches: [{ headers: [{ name: 'X-Canary', value: 'always' }] }], backendRefs: [{ name: 'web-canary', port: 80 }] },
      {
        backendRefs: [{ name: 'web', port: 80 }],
        filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'web-canary' } } }],
      },
    ];
    await send(simulation, 'POST', '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'edge' },
      spec: { rules },
    });
    await clock.advance(2000);
    const plain = simulation.traffic({ namespace: 'default', entry: 'route/edge', requestsPerSecond: 50 });
    const tester = simulation.traffic({
      namespace: 'default',
      entry: 'route/edge',
      requestsPerSecond: 50,
      headers: { 'x-canary': 'always' },
    });
    await clock.advance(2000);
    expect(shares(tester.counts(), imageTag).v1).toBeUndefined();
    const share = shares(plain.counts(), imageTag);
    expect(share['v2-err20-slow300']).toMatchObject({ requests: 0, mirrored: share.v1?.requests });
  });

  test('reads HTTPProxies: weights and mirrors', async () => {
    const services = [
      { name: 'web', port: 80, weight: 100 },
      { name: 'web-canary', port: 80, mirror: true },
    ];
    await send(simulation, 'POST', '/apis/projectcontour.io/v1/namespaces/default/httpproxies', {
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata: { name: 'edge' },
      spec: { routes: [{ services }] },
    });
    await clock.advance(2000);
    const stream = simulation.traffic({ namespace: 'default', entry: 'route/edge', requestsPerSecond: 50 });
    await clock.advance(2000);
    const share = shares(stream.counts(), imageTag);
    expect(share['v2-err20-slow300']).toMatchObject({ requests: 0, mirrored: share.v1?.requests });
  });

  test('is answered over real HTTP for whoever asks', async () => {
    const listener = await simulation.listen({ namespace: 'default', entry: 'service/web', port: 0 });
    const pending = fetch(listener.url);
    await clock.advance(10);
    const stop = clock.run();
    const response = await pending;
    stop();
    expect(await response.json()).toMatchObject({ namespace: 'default', image: 'demo/web:v1', code: 200, labels: { app: 'web' } });
    await listener.close();
  });

  test('counts a user who is answered by another version, where nothing keeps him', async () => {
    await send(simulation, 'POST', splits, split(500, 500));
    await clock.advance(2000);
    const stream = simulation.traffic({ namespace: 'default', entry: 'service/root', requestsPerSecond: 100, users: 10 });
    await clock.advance(5000);
    expect(stream.counts().switched).toBeGreaterThan(100);
    stream.reset();
    expect(stream.counts()).toEqual({ sent: 0, lost: 0, switched: 0, pods: [] });
  });
});
