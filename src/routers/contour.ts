import { at, number, records, text } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { kindName, listsOf, naming, patched, type RouteKind, routesIn, viewOf } from './carriers.ts';
import { isCarried, readRoutes, splitRoutes } from './contour-routes.ts';
import { connectionsBy } from './streams.ts';
import { worst } from './worst.ts';

const PROXY: RouteKind = { group: 'projectcontour.io', kind: 'HTTPProxy', versions: ['v1'] };
/** Contour may need a moment for a Service that was made just now. */
const GRACE_SECONDS = 5;

/** Contour: the user's HTTPProxies that send requests to the root. */
export const contour: TrafficRouter = {
  name: 'contour',
  about:
    'The HTTPProxies of Contour that send requests to the Service. Affinity is not supported: an HTTPProxy keeps a user on one pod of a Service, not on one of several Services, and a header that it sets replaces every cookie of the application.',
  routing: 'weights',
  owner: 'user',
  can: ['weight', 'baseline', 'match-beside-weight', 'header', 'cookie', 'regex', 'mirror', 'mirror-percentage'],
  settleSeconds: 2,
  lag: 'it gathers changes for 0.1 s, at most 0.5 s; several proxies hear one after the other',
  kinds: [kindName(PROXY)],
  collections: (namespace, live) => listsOf([PROXY], namespace, live),
  carriers: (root, live) => proxiesOf(root, live).map(refOf),
  render: (traffic, root, live) =>
    traffic === null
      ? []
      : proxiesOf(root, live).flatMap(proxy =>
          patched(
            proxy,
            'spec.routes',
            naming(proxy, () => splitRoutes(routesOf(proxy), traffic, root)),
          ),
        ),
  read: (root, live) =>
    viewOf(
      'user',
      proxiesOf(root, live).flatMap(proxy => readRoutes(routesOf(proxy), root)),
    ),
  rivals: () => [],
  past: (root, live) =>
    routesIn([PROXY], root, live)
      .filter(proxy => records(at(proxy, 'spec.tcpproxy.services')).some(({ name }) => name === root.service))
      .map(connectionsBy),
  accepted: (root, live) => worst(proxiesOf(root, live).map(valid)),
};

const routesOf = (proxy: KubeObject): readonly Readonly<Record<string, unknown>>[] => records(at(proxy, 'spec.routes'));

const proxiesOf = (root: Root, live: Live): readonly KubeObject[] =>
  routesIn([PROXY], root, live).filter(proxy => !isOurs(proxy) && routesOf(proxy).some(route => isCarried(route, root)));

function valid(proxy: KubeObject): Readiness {
  const what = nameOf(refOf(proxy));
  const status = text(at(proxy, 'status.currentStatus'));
  const condition = records(at(proxy, 'status.conditions')).find(({ type }) => type === 'Valid');
  if (status === '') return { state: 'ready', text: `${what} has no status: the step waits for the traffic delay instead` };
  const generation = number(proxy.metadata.generation);
  if (condition && number(condition.observedGeneration, generation) < generation)
    return {
      state: 'waiting',
      text: `${what} waits for Contour`,
      hint: 'Check whether Contour runs, and its logs, then run the action again.',
    };
  if (status === 'valid') return { state: 'ready', text: `${what} is valid` };
  const reasons = records(condition?.errors).map(({ reason, message }) => `${text(reason)}: ${text(message)}`);
  return {
    state: 'failing',
    text: `${what} is ${status}: ${reasons.join('; ') || text(at(proxy, 'status.description'))}`,
    hint: 'The message is Contour’s own: correct what it names in the HTTPProxy or its services, then run the action again.',
    graceSeconds: GRACE_SECONDS,
  };
}
