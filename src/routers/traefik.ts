import { at, records } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { patchedBy } from '../manifests/patched.ts';
import { refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change } from '../model/live.ts';
import type { TrafficRouter } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { kindName, listsOf, patched, type RouteKind, routesIn, viewOf } from './carriers.ts';
import { written } from './ours.ts';
import { bareRoutes, entriesIn, readRoutes, splitRoutes } from './traefik-routes.ts';
import { namesFor, ownServices, type Place, SERVICE, servicesFor } from './traefik-service.ts';

type Fields = Readonly<Record<string, unknown>>;

const ROUTE: RouteKind = { group: 'traefik.io', kind: 'IngressRoute', versions: ['v1alpha1'] };

/** Traefik: entries of the user's routes lead to a TraefikService of ours, which splits; their weight beside others stays. */
export const traefik: TrafficRouter = {
  name: 'traefik',
  about: "A TraefikService in place of the Service in the user's IngressRoutes and weighted TraefikServices.",
  routing: 'weights',
  owner: 'user',
  can: [
    'weight',
    'baseline',
    'match-beside-weight',
    'header',
    'cookie',
    'regex',
    'mirror',
    'mirror-percentage',
    'mirror-several',
    'affinity',
  ],
  settleSeconds: 5,
  lag: 'it takes a configuration at most every 2 s (providersThrottleDuration)',
  lateEndpoints: 'Traefik notices up to 2 s late that a pod terminates (providersThrottleDuration)',
  kinds: [kindName(ROUTE), kindName(SERVICE)],
  writes: { [kindName(SERVICE)]: ['made'] },
  collections: (namespace, live) => listsOf([ROUTE, SERVICE], namespace, live),
  carriers: (root, live) => carriersOf({ root, live }).map(refOf),
  render(traffic, root, live) {
    const found = ownServices(root, live);
    const wanted = traffic ? standIns(traffic, { root, live }) : [];
    const named = (list: readonly KubeObject[], { metadata: { name } }: KubeObject): KubeObject | undefined =>
      list.find(({ metadata }) => metadata.name === name);
    // In this order: a route must never name a TraefikService that is not there.
    return [
      ...wanted.flatMap(object => written(object, named(found, object))),
      ...(traffic ? carriersOf({ root, live }).flatMap(carrier => lead(carrier, traffic, { root, live })) : []),
      ...found.filter(object => !named(wanted, object)).map(object => ({ do: 'remove' as const, ref: refOf(object) })),
    ];
  },
  bare(carrier, place) {
    const path = carrier.kind === ROUTE.kind ? '/spec/routes' : '/spec/weighted/services';
    const routes = bareRoutes(routesOf(carrier), place);
    return patchedBy(carrier, [{ op: 'replace', path, value: carrier.kind === ROUTE.kind ? routes : routes[0]?.services }]);
  },
  read: (root, live) =>
    viewOf(
      'user',
      carriersOf({ root, live }).flatMap(carrier => readRoutes(routesOf(carrier), { root, live })),
    ),
  rivals(root, live) {
    const names = entriesOf({ root, live }).flatMap(entry => Object.values(namesFor(entry, root)));
    return routesIn([SERVICE], root, live)
      .filter(object => !isOurs(object) && names.includes(object.metadata.name))
      .map(refOf);
  },
  accepted: () => ({ state: 'ready', text: 'Traefik reports nothing about its routes: the step waits for the traffic delay instead' }),
};

/** A weighted TraefikService is read as one route without a rule. */
function routesOf(object: KubeObject): readonly Fields[] {
  return object.kind === ROUTE.kind ? records(at(object, 'spec.routes')) : [{ services: at(object, 'spec.weighted.services') }];
}

const carriersOf = (place: Place): readonly KubeObject[] =>
  routesIn([ROUTE, SERVICE], place.root, place.live).filter(
    object => !isOurs(object) && routesOf(object).some(route => entriesIn(route, place).length > 0),
  );

const entriesOf = (place: Place): readonly Fields[] =>
  carriersOf(place).flatMap(carrier => routesOf(carrier).flatMap(route => entriesIn(route, place)));

/** What stands in for the user's entries; equal entries share it. */
function standIns(traffic: Traffic, place: Place): readonly KubeObject[] {
  const all = entriesOf(place).flatMap(entry => servicesFor(entry, traffic, place));
  return all.filter(({ metadata: { name } }, index) => all.findIndex(({ metadata }) => metadata.name === name) === index);
}

function lead(carrier: KubeObject, traffic: Traffic, place: Place): readonly Change[] {
  const routes = splitRoutes(routesOf(carrier), traffic, place);
  if (carrier.kind === ROUTE.kind) return patched(carrier, 'spec.routes', routes);
  return patched(carrier, 'spec.weighted.services', records(routes[0]?.services));
}
