import { describe, expect, test } from '@jest/globals';
import { at, records } from '../../src/manifests/json.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { JsonObject, KubeObject } from '../../src/model/kube.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { givenBack } from '../../src/routers/give-back.ts';
import { routers } from '../../src/routers/index.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { leafOf, root, rootService, stable } from '../contract/routers/world.ts';

type Fields = Readonly<Record<string, unknown>>;

const object = (apiVersion: string, kind: string, spec: Fields, annotations = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'shop', namespace: 'demo', uid: 'shop', annotations },
  spec: spec as JsonObject,
});

const path = (to: string, service: string, port: Fields): Fields => ({
  path: to,
  pathType: 'Prefix',
  backend: { service: { name: service, port } },
});
const ingress = (...paths: readonly Fields[]): Fields => ({ ingressClassName: 'alb', rules: [{ http: { paths } }] });
const weighted = (...shares: readonly (readonly [string, number])[]) => shares.map(([name, weight]) => ({ name, port: 80, weight }));

/** By router: a route of the user's, and the rules that somebody adds. */
const routes: Readonly<
  Record<
    string,
    { readonly route: KubeObject; readonly at: string; readonly rule: Fields; readonly add: (spec: JsonObject, rule: Fields) => Fields }
  >
> = {
  'gateway-api': {
    route: object('gateway.networking.k8s.io/v1', 'HTTPRoute', { rules: [{ backendRefs: weighted(['web', 3], ['old', 1]) }] }),
    at: 'rules',
    rule: { matches: [{ path: { value: '/new' } }], backendRefs: weighted(['a', 1000], ['b', 1]) },
    add: (spec, rule) => ({ ...spec, rules: [rule, ...(spec.rules as readonly Fields[])] }),
  },
  contour: {
    route: object('projectcontour.io/v1', 'HTTPProxy', { routes: [{ services: [{ name: 'web', port: 80 }] }] }),
    at: 'routes',
    rule: { conditions: [{ prefix: '/new' }], services: weighted(['a', 1000]) },
    add: (spec, rule) => ({ ...spec, routes: [rule, ...(spec.routes as readonly Fields[])] }),
  },
  istio: {
    route: object('networking.istio.io/v1', 'VirtualService', { hosts: ['web'], http: [{ route: [{ destination: { host: 'web' } }] }] }),
    at: 'http',
    rule: { match: [{ uri: { prefix: '/new' } }], route: [{ destination: { host: 'a' }, weight: 1000 }] },
    add: (spec, rule) => ({ ...spec, http: [rule, ...(spec.http as readonly Fields[])] }),
  },
  traefik: {
    route: object('traefik.io/v1alpha1', 'IngressRoute', { routes: [{ match: 'Host(`shop`)', services: [{ name: 'web', port: 80 }] }] }),
    at: 'routes',
    rule: { match: 'Path(`/new`)', services: [{ name: 'a', port: 80 }] },
    add: (spec, rule) => ({ ...spec, routes: [rule, ...(spec.routes as readonly Fields[])] }),
  },
  alb: {
    route: object('networking.k8s.io/v1', 'Ingress', ingress(path('/', 'web', { number: 80 }))),
    at: 'rules',
    rule: path('/new', 'web', { number: 80 }),
    add: (spec, rule) => {
      const [{ http }] = spec.rules as readonly [{ readonly http: { readonly paths: readonly Fields[] } }];
      return { ...spec, rules: [{ http: { paths: [rule, ...http.paths] } }] };
    },
  },
};

const versions = {
  'gateway.networking.k8s.io/HTTPRoute': ['v1'],
  'projectcontour.io/HTTPProxy': ['v1'],
  'networking.istio.io/VirtualService': ['v1'],
  'traefik.io/IngressRoute': ['v1alpha1'],
  'traefik.io/TraefikService': ['v1alpha1'],
  'networking.k8s.io/Ingress': ['v1'],
};

/** A route of a router while the canary is open, after somebody has written in it. */
function opened(name: string, write: (spec: JsonObject) => Fields) {
  const { route } = routes[name] as (typeof routes)[string];
  const router = routers[name] as (typeof routers)[string];
  const traffic: Traffic = { weights: { stable: 900, canary: 100 } };
  const before = liveOf({ name, versions, objects: [stable, rootService, route], made: [] });
  const live = { ...before, objects: { ...before.objects, [keyOf(refOf(leafOf('canary')))]: leafOf('canary') } };
  const split = applied(live, router.render(traffic, root, live));
  const now = split.objects[keyOf(refOf(route))] as KubeObject;
  const owed = { original: route, lanes: [{ name: 'web', router: name, root }], objects: split.objects };
  return { route, owed, now: { ...now, spec: write(now.spec ?? {}) as JsonObject } };
}

describe.each(Object.keys(routes))('a route that others have written in, by %s', name => {
  const { rule, add } = routes[name] as (typeof routes)[string];

  test('keeps their rule as they wrote it, and has the user’s own words for the rest', () => {
    const { route, owed, now } = opened(name, spec => add(spec, rule));
    const { object: back, isTheirs } = givenBack(now, owed);
    expect([isTheirs, back.spec]).toEqual([true, add(route.spec ?? {}, rule)]);
    expect(back.metadata.annotations ?? {}).toEqual({});
  });

  test('is the original where somebody has put a field there and taken it away', () => {
    const { route, owed, now } = opened(name, spec => spec);
    expect(givenBack(now, owed)).toEqual({ object: route, isTheirs: false });
  });
});

test('a rule that somebody narrows has its own backends again', () => {
  const { owed, now, route } = opened('gateway-api', ({ rules, ...spec }) => ({
    ...spec,
    rules: (rules as readonly Fields[]).map(rule => ({ ...rule, matches: [{ path: { value: '/shop' } }] })),
  }));
  const [own] = records(at(route, 'spec.rules'));
  expect(givenBack(now, owed).object.spec).toEqual({ rules: [{ ...own, matches: [{ path: { value: '/shop' } }] }] });
});
