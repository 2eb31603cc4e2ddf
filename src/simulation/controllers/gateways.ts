/** Gateway controllers: they accept the routes that the data plane reads, and say so in their status. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { at, listAt, textAt } from '../json.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { changeStatus } from './writes.ts';

const controllerName = 'simulated.example/gateway';
/** A route whose parent is a Service is a mesh's: Linkerd says of no condition which generation it means. */
const meshName = 'linkerd.io/policy-controller';

/** HTTPRoutes: accepted by every parent; backends that are missing are told. */
export const httpRoutes = routesOf('httproute', 'gateway.networking.k8s.io');

/** GRPCRoutes: as HTTPRoutes. */
export const grpcRoutes = routesOf('grpcroute', 'gateway.networking.k8s.io');

/** Linkerd's own copy of the HTTPRoute. */
export const policyRoutes = routesOf('httproute', 'policy.linkerd.io');

function routesOf(name: string, group: string): Controller {
  const place = `${group}/${name}s`;
  return {
    name: place,
    delayMilliseconds: world => world.pace.dataPlaneMilliseconds,
    keys: (world, event) => {
      if (event.key === '/services') return world.api.store.list(place, textAt(event.object, 'metadata', 'namespace')).map(keyOf);
      return event.key === place && event.type !== 'DELETED' ? [keyOf(event.object)] : [];
    },
    reconcile: (world, key) => {
      const route = world.api.store.get(place, ...splitKey(key));
      if (route === undefined) return null;
      const parents = listAt(route, 'spec', 'parentRefs')
        .filter(parentRef => isThere(world, route, parentRef))
        .map(parentRef => ({
          parentRef,
          controllerName: isService(parentRef) ? meshName : controllerName,
          conditions: conditionsOf(world, route, parentRef),
        }));
      changeStatus(world, { ...route, status: { parents } }, controllerName);
      return null;
    },
  };
}

/** HTTPProxies: valid. */
export const httpProxies: Controller = {
  name: 'httpproxy',
  delayMilliseconds: world => world.pace.dataPlaneMilliseconds,
  keys: (_, event) => (event.key === 'projectcontour.io/httpproxies' && event.type !== 'DELETED' ? [keyOf(event.object)] : []),
  reconcile: (world, key) => {
    const proxy = world.api.store.get('projectcontour.io/httpproxies', ...splitKey(key));
    if (proxy === undefined) return null;
    const valid = {
      type: 'Valid',
      status: 'True',
      reason: 'Valid',
      message: 'Valid HTTPProxy',
      observedGeneration: at(proxy, 'metadata', 'generation'),
    };
    const before = at(proxy, 'status', 'conditions', 0, 'lastTransitionTime') ?? timestamp(world.api.clock);
    const status = { currentStatus: 'valid', description: 'Valid HTTPProxy', conditions: [{ ...valid, lastTransitionTime: before }] };
    changeStatus(world, { ...proxy, status }, 'contour');
    return null;
  },
};

/** A parent's Gateway, where Gateways are served and kept in the cluster. */
const gatewayOf = (world: World, route: JsonObject, parent: Json): JsonObject | undefined =>
  world.api.store.get(
    'gateway.networking.k8s.io/gateways',
    textAt(parent, 'namespace') || textAt(route, 'metadata', 'namespace'),
    textAt(parent, 'name'),
  );

/** Nobody speaks for a Gateway that is not there; where there is none at all, every parent is taken to be. */
function isThere(world: World, route: JsonObject, parent: Json): boolean {
  const isServed = world.api.store.list('gateway.networking.k8s.io/gateways', '').length > 0;
  return !isServed || isService(parent) || gatewayOf(world, route, parent) !== undefined;
}

interface Verdict {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Listeners take routes of their Gateway's own namespace, unless they say otherwise. */
function attachment(world: World, route: JsonObject, parent: Json): Verdict {
  const listeners = listAt(gatewayOf(world, route, parent) ?? null, 'spec', 'listeners');
  const isHere = [undefined, '', textAt(route, 'metadata', 'namespace')].includes(textAt(parent, 'namespace'));
  const isOpen =
    listeners.length === 0 || listeners.some(listener => isHere || textAt(listener, 'allowedRoutes', 'namespaces', 'from') === 'All');
  return isOpen
    ? { status: 'True', reason: 'Accepted', message: 'accepted' }
    : { status: 'False', reason: 'NotAllowedByListeners', message: 'no listener takes routes of this namespace' };
}

const isService = (parentRef: Json): boolean => textAt(parentRef, 'kind') === 'Service';

function conditionsOf(world: World, route: JsonObject, parent: Json): readonly JsonObject[] {
  const namespace = textAt(route, 'metadata', 'namespace');
  const isOfMesh = isService(parent);
  const told = listAt(route, 'status', 'parents').find(status => JSON.stringify(at(status, 'parentRef')) === JSON.stringify(parent));
  const names = listAt(route, 'spec', 'rules')
    .flatMap(rule => listAt(rule, 'backendRefs'))
    .map(backend => textAt(backend, 'name'));
  const missing = names.find(name => world.api.store.get('/services', namespace, name) === undefined);
  const resolved =
    missing === undefined
      ? { status: 'True', reason: 'ResolvedRefs', message: 'all references are resolved' }
      : { status: 'False', reason: 'BackendNotFound', message: `service "${missing}" is not found` };
  const all = [
    { type: 'Accepted', ...attachment(world, route, parent) },
    { type: 'ResolvedRefs', ...resolved },
  ];
  return all.map(condition => {
    const before = listAt(told ?? null, 'conditions').find(other => textAt(other, 'type') === condition.type);
    const lastTransitionTime =
      textAt(before, 'status') === condition.status ? textAt(before, 'lastTransitionTime') : timestamp(world.api.clock);
    const seen = isOfMesh ? {} : { observedGeneration: at(route, 'metadata', 'generation') };
    return { ...condition, ...seen, lastTransitionTime };
  });
}
