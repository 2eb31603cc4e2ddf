import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { service } from '../../src/routers/service.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { root, rootService } from '../contract/routers/world.ts';

const stable: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'demo', uid: 'deployment-web' },
  spec: { template: { metadata: { labels: { app: 'web', tier: 'front' } } } },
};

const leaf: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web-canary', namespace: 'demo', uid: 'service-web-canary', labels: { 'kubernetes-rollout/variant': 'canary' } },
  spec: { selector: { app: 'web-canary', 'kubernetes-rollout/variant': 'canary' } },
};

const world = liveOf({ name: 'blue-green', objects: [rootService, stable, leaf], versions: {} });
const BLUE: Traffic = { weights: { stable: 1000, canary: 0 } };
const GREEN: Traffic = { weights: { stable: 0, canary: 1000 } };

const set = (live: Live, traffic: Traffic): Live => applied(live, service.render(traffic, root, live));
const selector = ({ objects }: Live): unknown => objects['/Service/demo/web']?.spec?.selector;

describe('the Service as a router', () => {
  test('switches to the pods that the canary’s Service selects', () => {
    expect(selector(set(world, GREEN))).toEqual({ app: 'web-canary', 'kubernetes-rollout/variant': 'canary' });
  });

  test('switches back to the selector that it had', () => {
    expect(set(set(world, GREEN), BLUE).objects).toEqual(world.objects);
  });

  test('reads back what it set', () => {
    expect(service.read(root, set(world, GREEN))).toEqual({ owner: 'user', traffic: GREEN });
    expect(service.read(root, set(set(world, GREEN), BLUE))).toEqual({ owner: 'user', traffic: BLUE });
  });

  test('is all stable as long as there is no canary', () => {
    const before = liveOf({ name: 'before', objects: [rootService, stable], versions: {} });
    expect(service.read(root, before)).toEqual({ owner: 'user', traffic: { weights: { stable: 1000 } } });
  });

  test.each<Traffic>([
    { weights: { stable: 900, canary: 100 } },
    { ...BLUE, match: [{ kind: 'header', name: 'x', value: 'y', how: 'exact' }] },
    { ...BLUE, mirrors: { canary: 100 } },
    { ...BLUE, affinity: 'cookie' },
  ])('refuses what a selector cannot say: %j', traffic => {
    expect(() => service.render(traffic, root, world)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  test('does not switch to pods that nothing selects', () => {
    const without = liveOf({ name: 'no leaf', objects: [rootService, stable], versions: {} });
    expect(() => service.render(GREEN, root, without)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
