/** Routes that lead connections: no method splits those by requests, and what they lead to a Service comes past every split of it. */
import { at, records, text } from '../manifests/json.ts';
import { groupOf, refOf } from '../manifests/refs.ts';
import type { Collection, KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Past, Root, TrafficRouter } from '../model/router.ts';
import { kindName, listsEverywhere, listsOf, type RouteKind } from './carriers.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A kind of them, and what its routes lead to. */
interface StreamKind extends RouteKind {
  readonly leadsTo: (route: KubeObject) => readonly Fields[];
}

const GATEWAY = 'gateway.networking.k8s.io';

const backends = (route: KubeObject): readonly Fields[] =>
  records(at(route, 'spec.rules')).flatMap(({ backendRefs }) => records(backendRefs));
const services = (route: KubeObject): readonly Fields[] => records(at(route, 'spec.routes')).flatMap(entry => records(entry.services));

const KINDS: readonly StreamKind[] = [
  { group: GATEWAY, kind: 'TLSRoute', versions: ['v1', 'v1alpha3', 'v1alpha2'], leadsTo: backends },
  { group: GATEWAY, kind: 'TCPRoute', versions: ['v1', 'v1alpha2'], leadsTo: backends },
  { group: 'traefik.io', kind: 'IngressRouteTCP', versions: ['v1alpha1'], leadsTo: services },
];

/** Their names, as "group/Kind". */
export const STREAM_KINDS: readonly string[] = KINDS.map(kindName);

/** What has to be listed for a deploy by these methods to know them: all of the cluster, and these namespaces for a Role that shows no others. */
export const streamsIn = (
  chosen: readonly TrafficRouter[],
  namespaces: readonly string[],
  live: Pick<Live, 'versions'>,
): readonly Collection[] =>
  chosen.some(({ routing }) => routing === 'weights')
    ? [...listsEverywhere(KINDS, live), ...namespaces.flatMap(namespace => listsOf(KINDS, namespace, live))]
    : [];

/** Those that lead to a root, wherever they stand, as far as the role lets us see them. */
export const streamsPast = (root: Root, { objects }: Pick<Live, 'objects'>): readonly Past[] =>
  Object.values(objects)
    .filter(route =>
      kindOf(route)
        ?.leadsTo(route)
        .some(to => isRoot(to, route, root)),
    )
    .map(connectionsBy);

/** A route that leads connections to a root, as a way past its split. */
export const connectionsBy = (route: KubeObject): Past => ({ ref: refOf(route), why: 'it leads connections, not requests' });

const kindOf = ({ apiVersion, kind }: KubeObject): StreamKind | undefined =>
  KINDS.find(stream => stream.kind === kind && stream.group === groupOf(apiVersion));

const isRoot = ({ kind = 'Service', name, namespace }: Fields, { metadata }: KubeObject, root: Root): boolean =>
  kind === 'Service' && name === root.service && (text(namespace) || metadata.namespace) === root.namespace;
