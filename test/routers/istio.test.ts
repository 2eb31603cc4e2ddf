import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { istio } from '../../src/routers/istio.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { root, rootService } from '../contract/routers/world.ts';

const versions = { 'networking.istio.io/VirtualService': ['v1', 'v1beta1'] };

const virtualService = (http: readonly Json[], more: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'shop', namespace: 'demo', uid: 'virtual-service-shop', generation: 3 },
  spec: { hosts: ['web'], http },
  ...more,
});

const plain = virtualService([{ route: [{ destination: { host: 'web' } }] }]);
const liveWith = (...objects: readonly KubeObject[]): Live => liveOf({ name: 'istio', objects: [rootService, ...objects], versions });
const set = (live: Live, traffic: Traffic): Live => applied(live, istio.render(traffic, root, live));
const http = ({ objects }: Live, name = 'shop'): unknown => at(objects[`networking.istio.io/VirtualService/demo/${name}`], 'spec.http');

describe('istio', () => {
  test('splits by host, in the user’s VirtualService', () => {
    expect(http(set(liveWith(plain), { weights: { stable: 800, baseline: 100, canary: 100 } }))).toEqual([
      {
        route: [
          { destination: { host: 'web' }, weight: 800 },
          { destination: { host: 'web-baseline' }, weight: 100 },
          { destination: { host: 'web-canary' }, weight: 100 },
        ],
      },
    ]);
  });

  test('never leaves a canary of weight 0 alone: a lone destination gets everything', () => {
    const [rule] = [http(set(liveWith(plain), { weights: { stable: 1000, canary: 0 } }))].flat();
    expect(at(rule, 'route')).toEqual([
      { destination: { host: 'web' }, weight: 1000 },
      { destination: { host: 'web-canary' }, weight: 0 },
    ]);
  });

  test('makes a VirtualService of its own for the mesh where the user has none', () => {
    const live = set(liveWith(), { weights: { stable: 900, canary: 100 } });
    expect(live.objects['networking.istio.io/VirtualService/demo/web-rollout']).toMatchObject({
      apiVersion: 'networking.istio.io/v1',
      metadata: { labels: { 'kubernetes-rollout/variant': 'route' } },
      spec: { hosts: ['web'] },
    });
    expect(istio.read(root, live)?.owner).toBe('ours');
  });

  test('sends matched requests to the canary before anything else is looked at', () => {
    const match = [{ kind: 'header', name: 'x-canary', value: 'always', how: 'exact' }] as const;
    expect(http(set(liveWith(plain), { weights: { stable: 1000, canary: 0 }, match }))).toMatchObject([
      { match: [{ headers: { 'x-canary': { exact: 'always' } } }], route: [{ destination: { host: 'web-canary' } }] },
      { route: [{ weight: 1000 }, { weight: 0 }] },
    ]);
  });

  test('keeps a user on the version that he got by a cookie of that version', () => {
    const rules = [http(set(liveWith(plain), { weights: { stable: 900, canary: 100 }, affinity: 'cookie' }))].flat();
    expect(rules.map(rule => at([at(rule, 'route')].flat()[0], 'destination.host'))).toEqual(['web', 'web-canary', 'web']);
    expect(JSON.stringify(rules[2])).toMatch(/Set-Cookie":"kubernetes-rollout-web=canary\./);
  });

  test('lets go of users whose version gets nothing any more', () => {
    const rules = [http(set(liveWith(plain), { weights: { stable: 1000, canary: 0 }, affinity: 'cookie' }))].flat();
    expect(rules).toHaveLength(2);
  });

  test('mirrors beside a mirror of the user’s', () => {
    const audited = virtualService([{ route: [{ destination: { host: 'web' } }], mirror: { host: 'audit' } }]);
    const [rule] = [http(set(liveWith(audited), { weights: { stable: 1000, canary: 0 }, mirrors: { canary: 25 } }))].flat();
    expect(rule).toMatchObject({
      mirrors: [{ destination: { host: 'web-canary' }, percentage: { value: 25 } }, { destination: { host: 'audit' } }],
    });
    expect(at(rule, 'mirror')).toBeUndefined();
  });

  test.each(['x-a', 'X-A'])('refuses a match by %s where a rule looks at the header x-a already', name => {
    const looking = virtualService([{ match: [{ headers: { 'x-a': { exact: '1' } } }], route: [{ destination: { host: 'web' } }] }]);
    const match = [{ kind: 'header', name, value: '2', how: 'exact' }] as const;
    expect(() => set(liveWith(looking), { weights: { stable: 1000 }, match })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  test('sees a rival in a split by subsets, and in another VirtualService for the host', () => {
    const subsets = ['v1', 'v2'].map(subset => ({ destination: { host: 'web', subset }, weight: 50 }));
    expect(istio.rivals(root, liveWith(virtualService([{ route: subsets }])))).toHaveLength(1);
    expect(istio.rivals(root, liveWith(virtualService([{ route: [{ destination: { host: 'elsewhere' } }] }])))).toHaveLength(1);
    expect(istio.rivals(root, liveWith(plain))).toEqual([]);
  });

  test.each([
    ['ready', undefined],
    ['failing', { observedGeneration: '3', validationMessages: [{ level: 'ERROR', type: { code: 'IST0101' } }] }],
    ['ready', { observedGeneration: '2', validationMessages: [{ level: 'ERROR', type: { code: 'IST0101' } }] }],
    ['ready', { observedGeneration: '3', validationMessages: [{ level: 'WARNING', type: { code: 'IST0132' } }] }],
  ] as const)('is %s by status %j', (state, status) => {
    const object = virtualService([{ route: [{ destination: { host: 'web' } }] }], status ? { status } : {});
    expect(istio.accepted(root, liveWith(object))).toMatchObject({ state });
  });
});
