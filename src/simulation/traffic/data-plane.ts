/** What the data plane knows: routes and endpoints as they were a little while ago. */
import type { JsonObject } from '../../model/kube.ts';
import type { World } from '../controllers/controller.ts';
import type { StoreEvent } from '../store/store.ts';
import { choose, cookieFrom } from './choose.ts';
import { type EndpointBook, openEndpointBook, slicesKey } from './endpoint-book.ts';
import { mirrorsOf } from './goreplay.ts';
import { decidesOnce, openLinkerdProxy } from './linkerd-proxy.ts';
import { openRouteBook, type RouteBook } from './route-book.ts';
import type { Backend, Headers, Rule } from './split.ts';

/** Where a request goes. `backend` is the Service chosen; `pod` null when it has no ready endpoint. */
export interface Destination {
  readonly backend: string;
  readonly pod: string | null;
}

/** What becomes of one request. */
export interface Passage {
  readonly to: Destination;
  readonly copies: readonly Destination[];
  /** What its answer hands out, as a header `Set-Cookie` has it; null for nothing. */
  readonly cookie: string | null;
}

/** Where requests go, as the data plane knows it. */
export interface DataPlane {
  /** The way in for one client at an entry (`service/web`, `route/web`), through a proxy of its own. */
  enter(namespace: string, entry: string): Entrance;
  stop(): void;
}

/** What becomes of a client's request. */
export type Entrance = (headers: Headers) => Passage;

/** A data plane that knows what is there, and takes every change by the cluster's pace. */
export function createDataPlane(world: World): DataPlane {
  const routes = openRouteBook();
  const endpoints = openEndpointBook();
  const take = (event: StoreEvent): void => (event.key === slicesKey ? endpoints : routes).take(event);
  const isOfUse = ({ key }: StoreEvent): boolean => key === slicesKey || routes.keys.has(key);
  const see = (event: StoreEvent): void => {
    if (isOfUse(event)) world.api.clock.after(world.pace.dataPlaneMilliseconds, () => take(event));
  };
  world.api.store.arrivals().filter(isOfUse).forEach(take);
  return {
    stop: world.api.store.subscribe(see),
    enter: (namespace, entry) => entranceTo({ world, routes, endpoints, namespace }, entry),
  };
}

interface Place {
  readonly world: World;
  readonly routes: RouteBook;
  readonly endpoints: EndpointBook;
  readonly namespace: string;
}

/** Where the pods behind a Service carry Linkerd's proxy, those who call it do too. */
function entranceTo(place: Place, entry: string): Entrance {
  const { world, routes, endpoints, namespace } = place;
  const proxy = openLinkerdProxy();
  const plain = plainBackend(entry);
  const isInLinkerd = (): boolean => plain !== null && decidesOnce(podIn(place, endpoints.pods(namespace, plain.service)[0] ?? null));
  return headers => {
    const said = routes.splits(namespace).filter(({ entries }) => entries.includes(entry));
    const heard = isInLinkerd() ? proxy.heard(said, world.api.clock.now()) : said;
    const rule = heard[0]?.rules.find(({ matches }) => matches(headers)) ?? null;
    return passage(place, rule, rule === null ? plain : choose(rule.backends, world.api.random.next(), headers));
  };
}

function passage(place: Place, rule: Rule | null, backend: Backend | null): Passage {
  const pod = backend === null ? null : drawn(place, backend.service);
  const mirrors = [...(rule?.mirrors ?? []), ...(pod === null ? [] : mirrorsOf(podIn(place, pod)))];
  const copies = mirrors.filter(mirror => place.world.api.random.next() * 100 < mirror.percent);
  return {
    to: { backend: backend?.service ?? '', pod },
    copies: copies.map(({ service }) => ({ backend: service, pod: drawn(place, service) })),
    cookie: backend === null ? null : cookieFrom(backend),
  };
}

/** One of the pods behind a Service, by lot. */
function drawn({ world, endpoints, namespace }: Place, service: string): string | null {
  const pods = endpoints.pods(namespace, service);
  return pods[Math.floor(world.api.random.next() * pods.length)] ?? null;
}

const podIn = ({ world, namespace }: Place, name: string | null): JsonObject | undefined =>
  name === null ? undefined : world.api.store.get('/pods', namespace, name);

/** Without a split a Service is its own backend, and a gateway knows nothing. */
function plainBackend(entry: string): Backend | null {
  return entry.startsWith('service/') ? { service: entry.slice('service/'.length), weight: 1 } : null;
}
