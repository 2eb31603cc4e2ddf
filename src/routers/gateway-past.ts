/** Routes of other namespaces by which requests reach a Service past its split. */
import { at, records, text } from '../manifests/json.ts';
import { refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Past, Root } from '../model/router.ts';
import { type RouteKind, routesAfar } from './carriers.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A ReferenceGrant lets them lead there; inside a mesh they take the requests of their own namespace. */
export const routesPast = (kinds: readonly RouteKind[], root: Root, live: Live): readonly Past[] =>
  routesAfar(kinds, root, live)
    .filter(route => meant(route).some(ref => isRoot(ref, root)) && !isUnpermitted(route))
    .map(route => ({ ref: refOf(route), why: 'it stands in another namespace' }));

const meant = (route: KubeObject): readonly Fields[] => [
  ...records(at(route, 'spec.rules')).flatMap(({ backendRefs }) => records(backendRefs)),
  ...records(at(route, 'spec.parentRefs')).filter(({ kind }) => kind === 'Service'),
];

const isRoot = ({ kind = 'Service', name, namespace }: Fields, root: Root): boolean =>
  kind === 'Service' && name === root.service && namespace === root.namespace;

/** Without a grant nothing is led anywhere, and the status says so. */
const isUnpermitted = (route: KubeObject): boolean =>
  records(at(route, 'status.parents')).some(({ conditions }) =>
    records(conditions).some(({ status, reason }) => status === 'False' && text(reason) === 'RefNotPermitted'),
  );
