import { RolloutError } from '../errors.ts';
import { same } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Operation } from '../model/operation.ts';
import type { Lane, TrafficRouter } from '../model/router.ts';
import { routerOf } from '../routers/lanes.ts';
import { stood } from './age.ts';
import { liveOf } from './live.ts';
import { LOOK_SECONDS, lookAhead } from './pods/share.ts';
import { routeChanged } from './races/told.ts';
import { noteAll, pause, type Session } from './session.ts';
import { together } from './together.ts';
import { until } from './watches/until.ts';
import type { Snapshot } from './watches/watching.ts';

type Wait = Extract<Operation, { do: 'wait' }>;
type Share = Extract<Operation, { do: 'gate-share' }>;

/**
 * Waits until every route is accepted as it is written, as far as its status tells, and then for the data plane. Where requests only go back, a
 * refusal is told, and a controller that says nothing is waited for no longer than the data plane is.
 * @throws RolloutError ROUTE_NOT_ACCEPTED with the condition's own message.
 */
export async function awaitTaken(session: Session, { lanes, until: taken, seconds, deaf, standing, shares = [] }: Wait): Promise<void> {
  const { elapsed } = session.cluster.time;
  const began = elapsed();
  const patience = (): number => seconds - (elapsed() - began) / 1000;
  const most = taken === 'seen' ? patience : () => Number.POSITIVE_INFINITY;
  if (taken !== 'nothing') await together(lanes.map(lane => awaitLane(session, lane, { secondsLeft: most, deaf })));
  const left = seconds - (standing ? await stoodSeconds(session, lanes) : 0);
  if (most() > 0 && left > 0) await pauseLooking(session, left, shares);
}

/** The share is counted from the last second of the pause on. */
async function pauseLooking(session: Session, seconds: number, shares: readonly Share[]): Promise<void> {
  if (seconds < LOOK_SECONDS || shares.length === 0) return await pause(session, seconds);
  const { elapsed } = session.cluster.time;
  await pause(session, seconds - LOOK_SECONDS);
  const began = elapsed();
  await together(shares.map(share => lookAhead(session, share)));
  const left = LOOK_SECONDS - (elapsed() - began) / 1000;
  if (left > 0) await pause(session, left);
}

/** For how many seconds the routes and the awaited endpoints have stood as they are, by the one that was written last. */
async function stoodSeconds(session: Session, lanes: readonly Lane[]): Promise<number> {
  const carrying = await Promise.all(lanes.map(async lane => carriersOf(lane, await liveOf(session, routerOf(lane)))));
  return carrying.some(found => found.length === 0) ? 0 : stood(session, carrying.flat());
}

/** What carries a lane's requests now: the user's routes that lead to it, and ours. */
function carriersOf(lane: Lane, known: Live): readonly KubeObject[] {
  const { root } = lane;
  const router = routerOf(lane);
  const carriers = router.carriers(root, known).map(keyOf);
  const isCarrying = (object: KubeObject): boolean =>
    carriers.includes(keyOf(refOf(object))) || (isOurs(object) && isRouted(router, object) && object.metadata.namespace === root.namespace);
  return Object.values(known.objects).filter(isCarrying);
}

/**
 * Reads the route back before it is believed: an apply of the user's files in between resets it. Its objects are read one by one: a list
 * right after a write waits for the API server's cache.
 */
export async function gateRoute(session: Session, lane: Lane): Promise<void> {
  const { root } = lane;
  const router = routerOf(lane);
  const known = await liveOf(session, router);
  const before = carriersOf(lane, known);
  const after = await Promise.all(before.map(object => session.cluster.get(refOf(object))));
  const others = Object.entries(known.objects).filter(([, object]) => !before.includes(object));
  const fresh = after.flatMap(object => (object ? [[keyOf(refOf(object)), object] as const] : []));
  const now = { ...known, objects: Object.fromEntries([...others, ...fresh]) };
  if (!same(router.read(root, known), router.read(root, now))) throw routeChanged(`the route of ${lane.name}`);
  noteAll(
    session,
    fresh.map(([, object]) => object),
  );
}

const isRouted = ({ kinds }: TrafficRouter, { kind }: KubeObject): boolean => kinds.some(name => name.endsWith(`/${kind}`));

interface Terms {
  /** Infinite where the controller has to accept the route; bounded where any opinion of it will do. */
  secondsLeft(): number;
  readonly deaf: readonly string[] | undefined;
}

async function awaitLane(session: Session, lane: Lane, { secondsLeft, deaf }: Terms): Promise<void> {
  const { root } = lane;
  const router = routerOf(lane);
  const known = await liveOf(session, router);
  const targets = Object.fromEntries(router.collections(root.namespace, known).map((of, i) => [String(i), of]));
  if (Object.keys(targets).length === 0 || router.read(root, known) === null) return;
  // The answer to the write tells already where there is no status to wait for.
  if (router.accepted(root, known, deaf).state === 'ready') return;
  const judge = (snapshot: Snapshot): Readiness => {
    const state = router.accepted(root, withFresh(known, router, Object.values(snapshot).flat()), deaf);
    if (!Number.isFinite(secondsLeft()) || state.state === 'ready') return state;
    if (state.state === 'failing') return toldOnly(session, state.text);
    return secondsLeft() > 0 ? state : { state: 'ready', text: state.text };
  };
  const last = await until(session, targets, judge).catch((error: unknown) => {
    if (!(error instanceof RolloutError) || error.code !== 'NOT_READY') throw error;
    // A controller that says nothing is no failure where requests go back: the rest of the delay is waited behind this.
    if (Number.isFinite(secondsLeft())) return {};
    throw new RolloutError('ROUTE_NOT_ACCEPTED', error.message, error.hint, { cause: error });
  });
  noteAll(session, Object.values(last).flat());
}

/** A controller that refuses a route as it is now has stopped sending requests by what it was before. */
function toldOnly({ emit }: Session, refusal: string): Readiness {
  emit({
    type: 'notice',
    level: 'warning',
    text: `${refusal}. The new version gets no more requests, so the action continues; fix the route.`,
  });
  return { state: 'ready', text: refusal };
}

/** What is known, with the router's own kinds as they are now. */
function withFresh(live: Live, router: TrafficRouter, fresh: readonly KubeObject[]): Live {
  const others = Object.entries(live.objects).filter(([, object]) => !isRouted(router, object));
  return {
    ...live,
    objects: { ...Object.fromEntries(others), ...Object.fromEntries(fresh.map(object => [keyOf(refOf(object)), object])) },
  };
}
