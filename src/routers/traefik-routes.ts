import { RolloutError } from '../errors.ts';
import { record, records, text } from '../manifests/json.ts';
import type { Root } from '../model/router.ts';
import { ALL_STABLE, type Match, type Traffic } from '../model/stage.ts';
import { serviceOf } from './backends.ts';
import { matchedRoute, matchesOf } from './traefik-rule.ts';
import { entryBehind, namesFor, type Place, SERVICE, trafficBehind } from './traefik-service.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The routes with their entries for the root led to TraefikServices of ours; routes of ours are made anew. */
export function splitRoutes(routes: readonly Fields[], traffic: Traffic, place: Place): readonly Fields[] {
  return routes.flatMap(route => {
    if (isOfOurs(route, place.root)) return [];
    const [entry] = entriesIn(route, place);
    if (!entry) return [route];
    const main = { ...route, services: records(route.services).map(service => led(service, traffic, place)) };
    return traffic.match?.length ? [testers(route, traffic.match, { entry, root: place.root }), main] : [main];
  });
}

/** The routes with the user's own entries for the root, and without routes of ours. */
export const bareRoutes = (routes: readonly Fields[], place: Place): readonly Fields[] =>
  routes
    .filter(route => !isOfOurs(route, place.root))
    .map(route =>
      route.services === undefined ? route : { ...route, services: records(route.services).map(service => unled(service, place)) },
    );

function unled(service: Fields, place: Place): Fields {
  const entry = original(service, place);
  return entry && service.weight !== undefined ? { ...entry, weight: service.weight } : (entry ?? service);
}

/** How each route that leads to the root splits it. */
export function readRoutes(routes: readonly Fields[], place: Place): readonly Traffic[] {
  return routes.flatMap((route, index) => {
    if (isOfOurs(route, place.root) || entriesIn(route, place).length === 0) return [];
    const ahead = routes[index - 1];
    const match = ahead && isOfOurs(ahead, place.root) ? matchesOf(ahead, route) : [];
    const own = records(route.services).filter(service => original(service, place));
    return own.map(service => ({ ...trafficOf(service, place), ...(match.length > 0 ? { match } : {}) }));
  });
}

/** The user's entries for the root, without their weights, also those that a TraefikService of ours stands in for. */
export const entriesIn = (route: Fields, place: Place): readonly Fields[] =>
  isOfOurs(route, place.root) ? [] : records(route.services).flatMap(service => [original(service, place)].filter(entry => entry !== null));

function original(service: Fields, { root, live }: Place): Fields | null {
  const { weight: _weight, ...entry } = service;
  if ((service.namespace ?? root.namespace) !== root.namespace) return null;
  if (service.kind === SERVICE.kind) return entryBehind(text(service.name), root, live);
  return service.name === root.service ? entry : null;
}

function led(service: Fields, { mirrors }: Traffic, place: Place): Fields {
  const entry = original(service, place);
  if (!entry) return service;
  const { split, mirror } = namesFor(entry, place.root);
  const weight = service.weight === undefined ? {} : { weight: service.weight };
  return { kind: SERVICE.kind, name: mirrors === undefined ? split : mirror, ...weight };
}

const trafficOf = (service: Fields, { root, live }: Place): Traffic =>
  service.kind === SERVICE.kind ? trafficBehind(text(service.name), root, live) : ALL_STABLE;

/** A route that leads to the canary by itself is the one for matched requests: the user's own lead to the root or to a split. */
const isOfOurs = ({ services }: Fields, root: Root): boolean => records(services).some(({ name }) => name === serviceOf('canary', root));

function testers(route: Fields, matches: readonly Match[], { entry, root }: { readonly entry: Fields; readonly root: Root }): Fields {
  if (text(route.match) === '') {
    throw new RolloutError(
      'UNSUPPORTED',
      `a TraefikService of yours leads to Service ${root.service}, and only an IngressRoute can match requests`,
      'Point the IngressRoute at the Service itself while the rollout is open, or split by weight alone.',
    );
  }
  return { ...matchedRoute(route, matches), services: [{ ...record(entry), name: serviceOf('canary', root) }] };
}
