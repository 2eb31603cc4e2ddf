import { describe, expect, test } from '@jest/globals';
import { at, records } from '../../src/manifests/json.ts';
import type { Json, JsonObject, KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Match, Traffic } from '../../src/model/stage.ts';
import { contour } from '../../src/routers/contour.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { root } from '../contract/routers/world.ts';

const web = { name: 'web', port: 80 };
const beta: Match = { kind: 'header', name: 'x-canary', value: 'always', how: 'exact' };
const ONLY_MATCHED: Traffic = { weights: { stable: 1000, canary: 0 }, match: [beta] };

describe('an HTTPProxy of the user’s', () => {
  test('without any weight splits evenly, and goes on so beside the split', () => {
    const [route] = routesAfter(proxy([{ services: [web, { name: 'other', port: 80 }] }]), { weights: { stable: 900, canary: 100 } });
    expect(route?.services).toEqual([
      { ...web, weight: 900 },
      { ...web, name: 'web-canary', weight: 100 },
      { name: 'other', port: 80, weight: 1000 },
    ]);
  });

  test('beside a weight that is given, a service without one gets nothing and carries nothing', () => {
    expect(contour.carriers(root, world(proxy([{ services: [web, { name: 'other', port: 80, weight: 5 }] }])))).toEqual([]);
  });

  test('gets no mirror at 0 percent: Contour would copy everything', () => {
    const [route] = routesAfter(proxy([{ services: [web] }]), { weights: { stable: 1000 }, mirrors: { canary: 0 } });
    expect(route?.services).toEqual([web]);
  });

  test('that has a mirror already is refused another, by name', () => {
    const user = proxy([{ services: [web, { name: 'copy', port: 80, mirror: true }] }]);
    const render = () => contour.render({ weights: { stable: 1000 }, mirrors: { canary: 100 } }, root, world(user));
    expect(render).toThrow('HTTPProxy demo/web: a route copies its requests');
  });

  test('keeps its own mirror while it is split', () => {
    const mirror = { name: 'copy', port: 80, mirror: true };
    const routes = routesAfter(proxy([{ services: [web, mirror] }]), ONLY_MATCHED);
    expect(routes.map(({ services }) => records(services).at(-1))).toEqual([mirror, mirror]);
  });

  test('never has two exact conditions on one header: Contour refuses them', () => {
    const conditions = [{ header: { name: 'X-Canary', exact: 'always' } }];
    const [testers] = routesAfter(proxy([{ conditions, services: [web] }]), ONLY_MATCHED);
    expect(testers?.conditions).toEqual([
      { header: { name: 'x-canary', present: true } },
      { header: { name: 'x-canary', exact: 'always' } },
    ]);
    const never = [{ header: { name: 'x-canary', exact: 'never' } }];
    expect(routesAfter(proxy([{ conditions: never, services: [web] }]), ONLY_MATCHED)).toHaveLength(1);
  });

  describe('whose other routes lead elsewhere', () => {
    const other = { name: 'other', port: 80 };
    const header = (name: string, exact = '1') => ({ header: { name, exact } });
    const debug = { queryParameter: { name: 'debug', present: true } };
    const path = { prefix: '/' };
    const split = (own: readonly Json[], others: readonly Json[]) => () =>
      routesAfter(
        proxy([
          { conditions: others, services: [other] },
          { conditions: own, services: [web] },
        ] as never),
        ONLY_MATCHED,
      );

    test.each([
      ['a query parameter, which Contour counts behind headers', [path], [path, debug]],
      ['a query parameter, where no condition stands for all paths', [], [path, debug]],
      ['a header whose name is behind that of the match', [path], [path, header('x-zone')]],
      ['a header that came first by its name', [path, header('x-b')], [path, header('x-a')]],
    ])('by %s is refused, by name: the route for testers would take their requests', (_, own, others) => {
      expect(split(own, others)).toThrow('HTTPProxy demo/web: a route on the same path leads to Service other');
    });

    test.each([
      ['a path of its own', [path], [{ prefix: '/api' }, debug]],
      ['a header whose name is before that of the match', [path], [path, header('x-a')]],
      ['more headers', [path], [path, header('x-y'), header('x-z')]],
      ['a header that is not met beside the match', [path], [path, header('x-canary', 'never')]],
      ['a header that must not be there', [path], [path, { header: { name: 'X-Canary', notpresent: true } }, debug]],
      ['a header that is not met beside their own', [path, header('x-b', '2')], [path, header('x-b', '1')]],
      ['what came behind anyway', [path, debug], [path]],
    ])('by %s is not', (_, own, others) => {
      expect(split(own, others)()).toHaveLength(3);
    });
  });

  test('is taken once Contour calls this generation valid', () => {
    expect(stateOf({ currentStatus: 'valid', conditions: [{ type: 'Valid', status: 'True', observedGeneration: 2 }] })).toBe('ready');
    expect(stateOf({ currentStatus: 'valid', conditions: [{ type: 'Valid', status: 'True', observedGeneration: 1 }] })).toBe('waiting');
  });

  test('that is invalid stops the rollout in Contour’s own words', () => {
    const errors = [{ reason: 'ServiceUnresolvedReference', message: 'service "demo/web-canary" not found' }];
    const status = { currentStatus: 'invalid', conditions: [{ type: 'Valid', status: 'False', observedGeneration: 2, errors }] };
    expect(contour.accepted(root, world({ ...proxy([{ services: [web] }]), status }))).toEqual(
      expect.objectContaining({ state: 'failing', text: expect.stringContaining('service "demo/web-canary" not found') }),
    );
  });
});

const proxy = (routes: readonly Json[]): KubeObject => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { name: 'web', namespace: 'demo', uid: 'proxy', generation: 2 },
  spec: { routes },
});

const stateOf = (status: JsonObject): string => contour.accepted(root, world({ ...proxy([{ services: [web] }]), status })).state;

const world = (user: KubeObject): Live => liveOf({ name: '', objects: [user], versions: {} });

function routesAfter(user: KubeObject, traffic: Traffic): readonly Readonly<Record<string, unknown>>[] {
  const live = world(user);
  return records(at(Object.values(applied(live, contour.render(traffic, root, live)).objects)[0], 'spec.routes'));
}
