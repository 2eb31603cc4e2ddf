import { at, records, text } from '../manifests/json.ts';
import { derived, isOurs, ourLabels } from '../manifests/names.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { toJson } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change, Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { type RouteKind, routesIn, servedAs } from './carriers.ts';
import { cookieOf } from './gateway-affinity.ts';
import { carriersOf, HTTP_ROUTE, type Place, rulesOf } from './gateway-api.ts';
import { splitRules } from './gateway-rules.ts';
import { written } from './ours.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Linkerd's own copy of the HTTPRoute, where the Gateway API is not installed; weights came with v1beta2. */
export const POLICY_ROUTE: RouteKind = { group: 'policy.linkerd.io', kind: 'HTTPRoute', versions: ['v1beta3', 'v1beta2'] };

/** The kinds of route that Linkerd reads, the one to write first. */
export const MESH_KINDS: readonly RouteKind[] = [HTTP_ROUTE, POLICY_ROUTE];

/** The user's routes of the mesh that carry the root: their parent is the Service itself. */
export const userRoutes = (root: Root, live: Live): readonly KubeObject[] =>
  carriersOf(MESH_KINDS, root, live).filter(route => isOfMesh(route, root));

/** Our routes for a root, one for each of its ports. */
export const ourRoutes = (root: Root, live: Live): readonly KubeObject[] =>
  routesIn(MESH_KINDS, root, live).filter(route => isOurs(route) && isOfMesh(route, root));

/** Routes of others that take the root's requests in the mesh elsewhere, or that have our name. */
export function rivalRoutes(root: Root, live: Live): readonly KubeObject[] {
  const carriers = userRoutes(root, live);
  const names = portsOf(root, live).map((_, index) => nameFor(root, index));
  return routesIn(MESH_KINDS, root, live)
    .filter(route => !isOurs(route) && !carriers.includes(route))
    .filter(route => names.includes(route.metadata.name) || (isOfMesh(route, root) && rulesOf(route).some(leadsAway)));
}

/** What makes our routes split the root so; null takes them away. */
export function renderOurs(traffic: Traffic | null, { root, live }: Place, kind: RouteKind): readonly Change[] {
  if (traffic === null) return ourRoutes(root, live).map(route => ({ do: 'remove', ref: refOf(route) }));
  return portsOf(root, live).flatMap((port, index) => {
    const route = ourRoute(traffic, { root, live }, { kind, port, name: nameFor(root, index) });
    return written(route, live.objects[keyOf(refOf(route))]);
  });
}

/** TCP ports of the root Service; 80 where the Service was not read. */
export function portsOf({ namespace, service }: Root, { objects }: Live): readonly number[] {
  const found = objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name: service })];
  const ports = records(at(found, 'spec.ports')).flatMap(({ port, protocol = 'TCP' }) =>
    typeof port === 'number' && protocol === 'TCP' ? [port] : [],
  );
  return ports.length > 0 ? ports : [80];
}

const isOfMesh = (route: KubeObject, { namespace, service }: Root): boolean =>
  records(at(route, 'spec.parentRefs')).some(
    ({ group, kind, name, namespace: of = namespace }) =>
      kind === 'Service' && ['', 'core'].includes(text(group)) && name === service && of === namespace,
  );

const leadsAway = ({ backendRefs }: Fields): boolean => records(backendRefs).length > 0;

const nameFor = ({ service }: Root, index: number): string => derived(service, index === 0 ? 'rollout' : `rollout-${index + 1}`);

interface Shape {
  readonly kind: RouteKind;
  readonly port: number;
  readonly name: string;
}

/** A route for one port, its stable backend the root itself: a mesh does not split the requests that a route makes again. */
function ourRoute(traffic: Traffic, { root, live }: Place, { kind, port, name }: Shape): KubeObject {
  const plain = {
    matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    backendRefs: [{ group: '', kind: 'Service', name: root.service, port, weight: 1 }],
  };
  const group = kind.group === POLICY_ROUTE.group ? 'core' : '';
  return {
    apiVersion: servedAs(kind, live) ?? `${kind.group}/${kind.versions[0]}`,
    kind: kind.kind,
    metadata: { name, namespace: root.namespace, labels: { ...ourLabels('route', root.workload) } },
    spec: toJson({
      parentRefs: [{ group, kind: 'Service', name: root.service, port }],
      rules: splitRules([plain], { root, traffic, cookie: cookieOf(root, live) }),
    }),
  };
}
