import { RolloutError } from '../errors.ts';
import { same } from '../manifests/json.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Lane, TrafficRouter } from '../model/router.ts';
import { routers } from '../routers/index.ts';
import { until } from './await.ts';
import { noteAll, type Session } from './session.ts';

/**
 * Waits until every route is accepted as it is written, as far as its status tells.
 * @throws RolloutError ROUTE_NOT_ACCEPTED with the condition's own message.
 */
export async function awaitAccepted(session: Session, lanes: readonly Lane[]): Promise<void> {
  await Promise.all(lanes.map(lane => awaitLane(session, lane)));
}

/** Reads the route back before it is believed: an apply of the user's files in between resets it. */
export async function gateRoute(session: Session, { router: name, root, name: title }: Lane): Promise<void> {
  const router = routerOf(name);
  const known = await liveOf(session, router);
  const lists = await Promise.all(router.collections(root.namespace, known).map(of => session.cluster.list(of)));
  if (!same(router.read(root, known), router.read(root, withFresh(known, router, lists.flat()))))
    throw routeChanged(`the route of ${title}`);
}

/** Somebody else writes what only we should. */
export const routeChanged = (what: string): RolloutError =>
  new RolloutError(
    'ROUTE_CHANGED',
    `${what} is not what was written: somebody else changed it`,
    'Find out who writes it (a GitOps controller, another pipeline), then run the action again.',
  );

async function awaitLane(session: Session, { router: name, root }: Lane): Promise<void> {
  const router = routerOf(name);
  const known = await liveOf(session, router);
  const targets = Object.fromEntries(router.collections(root.namespace, known).map((of, i) => [String(i), of]));
  if (Object.keys(targets).length === 0 || router.read(root, known) === null) return;
  const last = await until(session, targets, snapshot =>
    router.accepted(root, withFresh(known, router, Object.values(snapshot).flat())),
  ).catch((error: unknown) => {
    if (!(error instanceof RolloutError) || error.code !== 'NOT_READY') throw error;
    throw new RolloutError('ROUTE_NOT_ACCEPTED', error.message, error.hint, { cause: error });
  });
  noteAll(session, Object.values(last).flat());
}

function routerOf(name: string): TrafficRouter {
  const router = routers[name];
  if (!router) throw new Error(`no router ${name}`);
  return router;
}

async function liveOf({ cluster, seen }: Session, router: TrafficRouter): Promise<Live> {
  const entries = router.kinds.map(async name => {
    const [group = '', kind = ''] = name.split('/');
    return [name, await cluster.versions(group, kind)] as const;
  });
  return {
    now: cluster.now(),
    objects: Object.fromEntries(seen),
    versions: Object.fromEntries(await Promise.all(entries)),
    rendered: {},
    ended: [],
    changed: [],
  };
}

/** What is known, with the router's own kinds as they are now. */
function withFresh(live: Live, router: TrafficRouter, fresh: readonly KubeObject[]): Live {
  const isRouted = ({ kind }: KubeObject): boolean => router.kinds.some(name => name.endsWith(`/${kind}`));
  const others = Object.entries(live.objects).filter(([, object]) => !isRouted(object));
  return {
    ...live,
    objects: { ...Object.fromEntries(others), ...Object.fromEntries(fresh.map(object => [keyOf(refOf(object)), object])) },
  };
}
