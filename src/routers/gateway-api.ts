import { RolloutError } from '../errors.ts';
import { at, records } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change, Live } from '../model/live.ts';
import type { Deaf, Root, TrafficRouter } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { isWhole } from './backends.ts';
import { kindName, listsEverywhere, listsOf, naming, patched, type RouteKind, routesIn, viewOf } from './carriers.ts';
import { cookieOf } from './gateway-affinity.ts';
import { routesPast } from './gateway-past.ts';
import { isCarried, readRules, splitRules } from './gateway-rules.ts';
import type { Copy } from './mirrors.ts';
import { controllersOf, deafParents, parentsAccepted } from './parent-status.ts';
import { worst } from './worst.ts';

const GROUP = 'gateway.networking.k8s.io';

/** The Gateway API's route for HTTP. */
export const HTTP_ROUTE: RouteKind = { group: GROUP, kind: 'HTTPRoute', versions: ['v1', 'v1beta1'] };
const GRPC_ROUTE: RouteKind = { group: GROUP, kind: 'GRPCRoute', versions: ['v1'] };
const KINDS = [HTTP_ROUTE, GRPC_ROUTE];

/** Gateway API: the user's HTTPRoutes and GRPCRoutes that send requests to the root, whatever their parents are. */
export const gatewayApi: TrafficRouter = {
  name: 'gateway-api',
  about:
    'The HTTPRoutes and GRPCRoutes of the Gateway API that send requests to the Service, from a Gateway or inside a mesh. Affinity uses a cookie that the route sets. Contour ignores the mirror percentage and copies everything: if the route’s status names Contour, a part is refused.',
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
  settleSeconds: 2,
  lag: 'Contour gathers changes for 0.1 s, at most 0.5 s; several proxies hear one after the other; a cloud’s load balancer may take a minute, so give it a `traffic-delay` of its own',
  kinds: KINDS.map(kindName),
  collections: (namespace, live) => listsOf(KINDS, namespace, live),
  carriers: (root, live) => carriersOf(KINDS, root, live).map(refOf),
  render: (traffic, root, live) =>
    traffic === null ? [] : carriersOf(KINDS, root, live).flatMap(route => splitRoute(route, traffic, { root, live })),
  read: (root, live) =>
    viewOf(
      'user',
      carriersOf(KINDS, root, live).flatMap(route => readRules(rulesOf(route), root)),
    ),
  rivals: () => [],
  afar: live => listsEverywhere(KINDS, live),
  past: (root, live) => routesPast(KINDS, root, live),
  deaf: (root, live) => deafIn(carriersOf(KINDS, root, live), root),
  accepted: (root, live, deaf) => worst(carriersOf(KINDS, root, live).map(route => parentsAccepted(route, deaf))),
};

/** The user's routes of these kinds that send requests to the root. */
export const carriersOf = (kinds: readonly RouteKind[], root: Root, live: Live): readonly KubeObject[] =>
  routesIn(kinds, root, live).filter(route => !isOurs(route) && rulesOf(route).some(rule => isCarried(rule, root)));

/** Parents that take none of these routes, whatever their rules are. */
export const deafIn = (routes: readonly KubeObject[], root: Root): readonly Deaf[] =>
  routes.flatMap(route =>
    deafParents(
      route,
      readRules(rulesOf(route), root).some(traffic => !isWhole(traffic)),
    ),
  );

/** A route's rules. */
export const rulesOf = (route: KubeObject): readonly Readonly<Record<string, unknown>>[] => records(at(route, 'spec.rules'));

/** Where a route stands. */
export interface Place {
  readonly root: Root;
  readonly live: Live;
}

/** The changes that split a user's route. Throws UNSUPPORTED with the route's name. */
export function splitRoute(route: KubeObject, traffic: Traffic, { root, live }: Place): readonly Change[] {
  const rules = naming(route, () => {
    refusePart(route, traffic, root);
    return splitRules(rulesOf(route), { root, traffic, cookie: cookieOf(root, live) });
  });
  return patched(route, 'spec.rules', rules);
}

const CONTOUR = 'projectcontour.io/';

/** Asked for a part of the side effects, nobody wants all of them; what stands already is no reason to keep a rollout from its end. */
function refusePart(route: KubeObject, { mirrors = {} }: Traffic, root: Root): void {
  const standing = readRules(rulesOf(route), root)[0]?.mirrors ?? {};
  const isPart = ([shadow, percentage]: Copy): boolean => percentage > 0 && percentage < 100 && standing[shadow] !== percentage;
  if (!Object.entries(mirrors).some(isPart) || !controllersOf(route).some(name => name.startsWith(CONTOUR))) return;
  throw new RolloutError(
    'UNSUPPORTED',
    'Contour serves it, which copies all requests whatever the mirror percentage of a route of the Gateway API is',
    'Use traffic-split-method contour with an HTTPProxy, or mirror-percentage: 100.',
  );
}
