/** By what Linkerd's proxy splits the requests of a Service, and what it never hears of. */
import type { Live } from '../model/live.ts';
import type { Container, Hindrance, Root, StandIn } from '../model/router.ts';
import { servedAs } from './carriers.ts';
import { MESH_KINDS } from './linkerd-routes.ts';
import { decides, profileOf } from './service-profile.ts';
import { SIDECARS } from './sidecars.ts';

/** Linkerd before 2.13 knows profiles alone, and takes a new one, or a TrafficSplit, at once. */
const FIRST_WITH_POLICY = 13;

/** Whether a HTTPRoute that Linkerd reads is served. */
export const hasRoutes = (live: Pick<Live, 'versions'>): boolean => MESH_KINDS.some(kind => servedAs(kind, live) !== null);

/** HTTPRoutes reach Linkerd's proxies at once, a TrafficSplit those alone that were not asked for the Service lately. */
export const BY_ROUTES: StandIn = {
  router: 'linkerd',
  reason: (containers, live) => (decidesOnce(containers) && hasRoutes(live) ? WHY : null),
};

const WHY =
  'the pods have Linkerd’s proxy, which ignores a new TrafficSplit for a Service that it already knows: HTTPRoutes split the requests instead, as with traffic-split-method linkerd';

/** What a TrafficSplit or a profile comes too late for, where Linkerd's proxies went by policy when the first request was sent. */
export function unheardOf(what: string, root: Root, live: Live): Hindrance | null {
  const profile = profileOf(root, live);
  if (profile !== undefined && decides(profile)) return null;
  return {
    text: `Linkerd’s proxies that know Service ${root.service} do not hear of a new ${what}: they go by a ServiceProfile only where it has a route or an override when they first send a request`,
    hint: `Let the cluster serve HTTPRoute (policy.linkerd.io/v1beta3 comes with Linkerd 2.13 and later, gateway.networking.k8s.io is read from 2.14 on), or give Service ${root.service} a ServiceProfile with one route before the deploy, and restart its clients once.`,
  };
}

/** Whether these pods' mesh is a Linkerd that decides once for a Service between its profile and policy. */
export function decidesOnce(containers: readonly Container[]): boolean {
  const proxies = containers.filter(({ name }) => SIDECARS.linkerd.some(sidecar => sidecar === name));
  return proxies.length > 0 && !proxies.every(isBeforePolicy);
}

/** "…/proxy:stable-2.12.4"; edges are told by their year. */
function isBeforePolicy({ image }: Container): boolean {
  const [, stable, edge] = /:(?:stable-2\.(\d+)|edge-(\d+))\./.exec(image) ?? [];
  if (stable !== undefined) return Number(stable) < FIRST_WITH_POLICY;
  return edge !== undefined && Number(edge) < FIRST_YEAR_WITH_POLICY;
}

const FIRST_YEAR_WITH_POLICY = 23;
