/** VirtualServices by which requests reach a Service past its split. */

import { at, items, records, text } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Hindrance, Past, Root } from '../model/router.ts';
import { type RouteKind, routesAfar, routesIn } from './carriers.ts';

/** The kinds of rules that lead connections, whose requests Istio does not see. */
const STREAMS = ['tls', 'tcp'] as const;

/** Those of other namespaces, and those that lead connections. */
export function pastOf(kind: RouteKind, root: Root, live: Live): readonly Past[] {
  const afar = routesAfar([kind], root, live).filter(object => ['http', ...STREAMS].some(rules => leadsBy(object, rules, root)));
  return [
    ...afar.map((object): Past => ({ ref: refOf(object), why: 'it stands in another namespace' })),
    ...streamsTo(kind, root, live).map(
      ({ object, by }): Past => ({ ref: refOf(object), why: `by ${by} it leads connections, not requests` }),
    ),
  ];
}

/** Connections that are led to a root to which no request is. */
export function onlyStreams(kind: RouteKind, root: Root, live: Live): Hindrance | null {
  const [found] = streamsTo(kind, root, live);
  if (!found) return null;
  const name = nameOf(refOf(found.object));
  return {
    text: `${name} leads connections to Service ${root.service} by ${found.by}, which cannot be split by requests, and no http rule leads there`,
    hint: 'Let the gateway terminate TLS and lead to the Service by an http rule, or choose the traffic-split-method that matches how your requests arrive.',
  };
}

interface Stream {
  readonly object: KubeObject;
  readonly by: (typeof STREAMS)[number];
}

const streamsTo = (kind: RouteKind, root: Root, live: Live): readonly Stream[] =>
  routesIn([kind], root, live)
    .filter(object => !isOurs(object))
    .flatMap(object => STREAMS.filter(by => leadsBy(object, by, root)).map(by => ({ object, by })));

const leadsBy = (object: KubeObject, rules: string, root: Root): boolean =>
  records(at(object, `spec.${rules}`)).some(({ route }) =>
    items(route).some(entry => meansRoot(text(at(entry, 'destination.host')), object, root)),
  );

/** A short host is one of the VirtualService's own namespace. */
function meansRoot(host: string, { metadata }: KubeObject, root: Root): boolean {
  const [service, namespace = metadata.namespace, ...domain] = host.split('.');
  return service === root.service && namespace === root.namespace && (domain.length === 0 || domain[0] === 'svc');
}
