import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { linkerd } from '../../src/routers/linkerd.ts';
import { smi } from '../../src/routers/smi.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { root, rootService } from '../contract/routers/world.ts';

const GATEWAY = { 'gateway.networking.k8s.io/HTTPRoute': ['v1'] };
const POLICY = { 'policy.linkerd.io/HTTPRoute': ['v1beta3', 'v1beta2'] };
const PROFILES = { 'linkerd.io/ServiceProfile': ['v1alpha2'] };
const TENTH: Traffic = { weights: { stable: 900, canary: 100 } };

describe('inside Linkerd’s mesh', () => {
  test('the Gateway API’s route is written where it is served, Linkerd’s own elsewhere, a profile at last', () => {
    expect(madeWith({ ...GATEWAY, ...POLICY, ...PROFILES })?.apiVersion).toBe('gateway.networking.k8s.io/v1');
    expect(madeWith({ ...POLICY, ...PROFILES })?.apiVersion).toBe('policy.linkerd.io/v1beta3');
    expect(madeWith(PROFILES)?.kind).toBe('ServiceProfile');
  });

  test('versions of Linkerd’s route without weights are not written', () => {
    expect(madeWith({ 'policy.linkerd.io/HTTPRoute': ['v1beta1', 'v1alpha1'], ...PROFILES })?.kind).toBe('ServiceProfile');
  });

  test('the parent’s group is written out: Linkerd’s default is no Service', () => {
    expect(at(madeWith(POLICY), 'spec.parentRefs')).toEqual([{ group: 'core', kind: 'Service', name: 'web', port: 80 }]);
    expect(at(madeWith(GATEWAY), 'spec.parentRefs')).toEqual([{ group: '', kind: 'Service', name: 'web', port: 80 }]);
  });

  test('each port of the Service gets a route of its own', () => {
    const ports: Json = [{ port: 80 }, { port: 9090, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }];
    const live = liveOf({ name: '', objects: [{ ...rootService, spec: { ports } }], versions: GATEWAY });
    const made = linkerd.render(TENTH, root, live).flatMap(change => (change.do === 'create' ? change.object.metadata.name : []));
    expect(made).toEqual(['web-rollout', 'web-rollout-2']);
  });

  test('a profile of the user’s decides, also beside routes: Linkerd gives it precedence', () => {
    const live = world({ ...GATEWAY, ...PROFILES }, profile([], [{ name: 'all', condition: { pathRegex: '.*' } }]));
    expect(linkerd.carriers(root, live)).toEqual([expect.objectContaining({ kind: 'ServiceProfile' })]);
    const split = applied(live, linkerd.render(TENTH, root, live));
    expect(at(split.objects['linkerd.io/ServiceProfile/demo/web.demo.svc.cluster.local'], 'spec.dstOverrides')).toEqual([
      { authority: 'web.demo.svc.cluster.local:80', weight: '900m' },
      { authority: 'web-canary.demo.svc.cluster.local:80', weight: '100m' },
    ]);
  });

  test('a profile of the user’s that says nothing decides nothing: Linkerd goes by routes', () => {
    const live = world({ ...GATEWAY, ...PROFILES }, profile([]));
    expect(linkerd.carriers(root, live)).toEqual([]);
    const split = applied(live, linkerd.render(TENTH, root, live));
    expect(linkerd.read(root, split)).toEqual({ owner: 'ours', traffic: TENTH });
    expect(split.objects['linkerd.io/ServiceProfile/demo/web.demo.svc.cluster.local']).toEqual(profile([]));
  });

  test.each([
    ['stable-2.12.4', false],
    ['stable-2.13.0', true],
    ['edge-22.12.1', false],
    ['edge-23.4.1', true],
    ['v2.300.0', true],
  ])('a TrafficSplit comes too late for a proxy of %s: %p', (tag, isLate) => {
    const containers = [{ name: 'linkerd-proxy', image: `example.test/proxy:${tag}` }];
    expect(smi.hindrance?.(root, world(PROFILES), containers) ?? null).toEqual(isLate ? expect.objectContaining({}) : null);
    expect(smi.standIn?.reason(containers, world(GATEWAY)) ?? null).toEqual(isLate ? expect.stringContaining('HTTPRoutes') : null);
  });

  test('a user is kept by a cookie that the backends of the route add, and by rules for those who have it', () => {
    const live = world(POLICY);
    const split = applied(live, linkerd.render({ ...TENTH, affinity: 'cookie' }, root, live));
    const rules = at(split.objects['policy.linkerd.io/HTTPRoute/demo/web-rollout'], 'spec.rules');
    expect(JSON.stringify(rules)).toContain('"add":[{"name":"Set-Cookie","value":"kubernetes-rollout-web=canary.');
    expect([rules].flat().map(rule => at(rule, 'backendRefs'))).toMatchObject([
      [{ weight: 900 }, { weight: 100 }],
      [{ name: 'web' }],
      [{ name: 'web-canary' }],
    ]);
  });

  test('a profile keeps nobody', () => {
    expect(() => linkerd.render({ ...TENTH, affinity: 'cookie' }, root, world(PROFILES))).toThrow('splits by weight only');
  });

  test('what a profile cannot match is refused', () => {
    const match = [{ kind: 'header', name: 'x-canary', value: 'always', how: 'exact' } as const];
    expect(() => linkerd.render({ ...TENTH, match }, root, world(PROFILES))).toThrow('splits by weight only');
  });

  test('a route or a profile that leads the Service elsewhere is a rival', () => {
    const elsewhere: Json = [{ authority: 'other.demo.svc.cluster.local:80', weight: '1' }];
    expect(linkerd.rivals(root, world(PROFILES, profile(elsewhere)))).toHaveLength(1);
    expect(linkerd.rivals(root, world(GATEWAY, meshRoute('other')))).toHaveLength(1);
    expect(linkerd.rivals(root, world(GATEWAY, meshRoute('web')))).toEqual([]);
  });
});

const profile = (dstOverrides: Json, routes: Json = []): KubeObject => ({
  apiVersion: 'linkerd.io/v1alpha2',
  kind: 'ServiceProfile',
  metadata: { name: 'web.demo.svc.cluster.local', namespace: 'demo', uid: 'profile' },
  spec: { routes, dstOverrides },
});

const meshRoute = (backend: string): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop', namespace: 'demo', uid: 'shop' },
  spec: {
    parentRefs: [{ group: '', kind: 'Service', name: 'web' }],
    rules: [{ backendRefs: [{ name: backend, port: 80 }] }],
  },
});

const world = (versions: Live['versions'], ...objects: readonly KubeObject[]): Live =>
  liveOf({ name: '', objects: [rootService, ...objects], versions });

function madeWith(versions: Live['versions']): KubeObject | undefined {
  const [change] = linkerd.render(TENTH, root, world(versions));
  return change?.do === 'create' ? change.object : undefined;
}
