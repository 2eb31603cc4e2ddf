/** What the data plane knows: routes and endpoints as they were a little while ago. */
import type { JsonObject } from '../../model/kube.ts';
import type { World } from '../controllers/controller.ts';
import { at, listAt, stringsAt, textAt } from '../json.ts';
import type { StoreEvent } from '../store/store.ts';
import { choose, cookieFrom } from './choose.ts';
import { mirrorsOf } from './goreplay.ts';
import { openRouteBook } from './route-book.ts';
import type { Backend, Headers, Rule } from './split.ts';

const slicesKey = 'discovery.k8s.io/endpointslices';

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
  /** What becomes of a request at an entry (`service/web`, `route/web`). */
  route(namespace: string, entry: string, headers: Headers): Passage;
  stop(): void;
}

/** A data plane that takes every change by the cluster's pace. */
export function createDataPlane(world: World): DataPlane {
  const routes = openRouteBook();
  const endpoints = new Map<string, Map<string, readonly string[]>>();
  const random = world.api.random;

  const take = (event: StoreEvent): void => {
    const place = `${event.key} ${textAt(event.object, 'metadata', 'namespace')}/${textAt(event.object, 'metadata', 'name')}`;
    const gone = event.type === 'DELETED';
    if (event.key === slicesKey) update(sliceTable(endpoints, event.object), place, gone ? null : readyPods(event.object));
    if (routes.keys.has(event.key)) routes.take(event);
  };
  const see = (event: StoreEvent): void => {
    if (event.key !== slicesKey && !routes.keys.has(event.key)) return;
    world.api.clock.after(world.pace.dataPlaneMilliseconds, () => take(event));
  };
  const podOf = (namespace: string, backend: string): string | null => {
    const pods = [...(endpoints.get(`${namespace}/${backend}`)?.values() ?? [])].flat();
    return pods[Math.floor(random.next() * pods.length)] ?? null;
  };
  const ruleFor = (namespace: string, entry: string, headers: Headers): Rule | null => {
    const found = routes.splits(namespace).find(({ entries }) => entries.includes(entry));
    return found?.rules.find(rule => rule.matches(headers)) ?? null;
  };
  const stop = world.api.store.subscribe(see);
  return {
    stop,
    route: (namespace, entry, headers) => {
      const rule = ruleFor(namespace, entry, headers);
      const backend = rule === null ? plainBackend(entry) : choose(rule.backends, random.next(), headers);
      const pod = backend === null ? null : podOf(namespace, backend.service);
      const mirrors = [...(rule?.mirrors ?? []), ...(pod === null ? [] : mirrorsOf(world.api.store.get('/pods', namespace, pod)))];
      const copies = mirrors.filter(mirror => random.next() * 100 < mirror.percent);
      return {
        to: { backend: backend?.service ?? '', pod },
        copies: copies.map(({ service }) => ({ backend: service, pod: podOf(namespace, service) })),
        cookie: backend === null ? null : cookieFrom(backend),
      };
    },
  };
}

/** Without a split a Service is its own backend, and a gateway knows nothing. */
function plainBackend(entry: string): Backend | null {
  return entry.startsWith('service/') ? { service: entry.slice('service/'.length), weight: 1 } : null;
}

function update<T>(map: Map<string, T>, key: string, value: T | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}

/** The slices of the Service that a slice belongs to. */
function sliceTable(endpoints: Map<string, Map<string, readonly string[]>>, slice: JsonObject): Map<string, readonly string[]> {
  const service = `${textAt(slice, 'metadata', 'namespace')}/${stringsAt(slice, 'metadata', 'labels')['kubernetes.io/service-name'] ?? ''}`;
  const slices = endpoints.get(service) ?? new Map<string, readonly string[]>();
  endpoints.set(service, slices);
  return slices;
}

/** The names of the pods that take requests. */
function readyPods(slice: JsonObject): readonly string[] {
  const ready = listAt(slice, 'endpoints').filter(endpoint => at(endpoint, 'conditions', 'ready') === true);
  return ready.map(endpoint => textAt(endpoint, 'targetRef', 'name'));
}
