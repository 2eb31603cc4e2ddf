import { isOurs } from '../manifests/names.ts';
import { refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { RouteView } from '../model/plan.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { kindName, listsEverywhere, listsOf, type RouteKind, servedAs, viewOf } from './carriers.ts';
import { deafIn, rulesOf, splitRoute } from './gateway-api.ts';
import { routesPast } from './gateway-past.ts';
import { readRules } from './gateway-rules.ts';
import { hasRoutes, unheardOf } from './linkerd-hearing.ts';
import { MESH_KINDS, ourRoutes, renderOurs, rivalRoutes, userRoutes } from './linkerd-routes.ts';
import { parentsAccepted } from './parent-status.ts';
import { decides, leadsElsewhere, PROFILE, profileOf, readProfile, removeProfile, renderProfile } from './service-profile.ts';
import { SIDECARS } from './sidecars.ts';
import { worst } from './worst.ts';

const KINDS = [...MESH_KINDS, PROFILE];

/** Linkerd: the user's routes of the mesh for the root, or where there is none, ours; a ServiceProfile where it decides. */
export const linkerd: TrafficRouter = {
  name: 'linkerd',
  about:
    'The HTTPRoute whose parent is the Service, of the Gateway API (Linkerd 2.14 and later) or of Linkerd’s policy (2.13 and later), the user’s or ours; the proxies apply it at once. If the Service has a ServiceProfile with a route or an override, Linkerd uses that, and so does the split, which then cannot match requests or keep users. If the cluster serves no HTTPRoute, such a profile must exist before the deploy: a proxy that already knows the Service ignores a new one. Affinity uses a cookie that the route sets, so the client must send it back or pass it on.',
  routing: 'weights',
  owner: 'ours',
  sidecars: SIDECARS.linkerd,
  can: ['weight', 'baseline', 'match-beside-weight', 'header', 'cookie', 'regex', 'affinity'],
  settleSeconds: 5,
  lag: 'not measured: the controller sends each change on at once; many proxies hear one after the other',
  kinds: KINDS.map(kindName),
  writes: Object.fromEntries(KINDS.map(kind => [kindName(kind), ['patched', 'made']])),
  collections: (namespace, live) => listsOf(KINDS, namespace, live),
  carriers: (root, live) => carriersOf(root, live).map(refOf),
  render(traffic, root, live) {
    const place = { root, live };
    if (traffic === null) return [...renderOurs(null, place, MESH_KINDS[0] ?? PROFILE), ...removeProfile(place)];
    if (decidesByProfile(root, live)) return renderProfile(traffic, place);
    const routes = userRoutes(root, live);
    if (routes.length > 0) return routes.flatMap(route => splitRoute(route, traffic, place));
    const kind = kindHere(live);
    return kind ? renderOurs(traffic, place, kind) : renderProfile(traffic, place);
  },
  read(root, live) {
    const owner = carriersOf(root, live).length > 0 ? 'user' : 'ours';
    return decidesByProfile(root, live) || !kindHere(live) ? readingOfProfile(root, live, owner) : readingOfRoutes(root, live, owner);
  },
  rivals: (root, live) => rivalsOf(root, live).map(refOf),
  afar: live => listsEverywhere(MESH_KINDS, live),
  past: (root, live) => routesPast(MESH_KINDS, root, live),
  hindrance: (root, live) => (hasRoutes(live) ? null : unheardOf('ServiceProfile', root, live)),
  deaf: (root, live) => deafIn(userRoutes(root, live), root),
  accepted: (root, live, deaf) => worst([...userRoutes(root, live), ...ourRoutes(root, live)].map(route => parentsAccepted(route, deaf))),
};

const kindHere = (live: Live): RouteKind | undefined => MESH_KINDS.find(kind => servedAs(kind, live) !== null);

/** A profile of the user's takes precedence over every route, unless it says nothing: then it is used where no route is served alone. */
function decidesByProfile(root: Root, live: Live): boolean {
  const profile = profileOf(root, live);
  return profile !== undefined && !isOurs(profile) && (decides(profile) || !kindHere(live));
}

function carriersOf(root: Root, live: Live): readonly KubeObject[] {
  const profile = profileOf(root, live);
  return profile && decidesByProfile(root, live) ? [profile] : userRoutes(root, live);
}

function readingOfProfile(root: Root, live: Live, owner: RouteView['owner']): RouteView | null {
  const profile = profileOf(root, live);
  return viewOf(owner, profile ? [readProfile(profile, root, live)] : []);
}

function readingOfRoutes(root: Root, live: Live, owner: RouteView['owner']): RouteView | null {
  const routes = owner === 'user' ? userRoutes(root, live) : ourRoutes(root, live);
  return viewOf(
    owner,
    routes.flatMap(route => readRules(rulesOf(route), root)),
  );
}

function rivalsOf(root: Root, live: Live): readonly KubeObject[] {
  const profile = profileOf(root, live);
  return [...rivalRoutes(root, live), ...(profile && leadsElsewhere(profile, root, live) ? [profile] : [])];
}
