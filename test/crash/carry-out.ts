import { same } from '../../src/manifests/json.ts';
import type { RecordView, Step } from '../../src/model/plan.ts';
import type { Role } from '../../src/model/stage.ts';
import { simulate } from '../../src/plan/order/simulate.ts';
import { isAlive, isListed, type Leaf, NEVER, readyPods, type World } from './state.ts';
import { pass, tick } from './world.ts';

/** What the executor waits for a data plane that reports nothing, what it drains, and when an await gives up, in ticks. */
const DELAY_TICKS = 6;
const DRAIN_TICKS = 10;
const TIMEOUT_TICKS = 90;

/** The world after a step, and why the step failed. */
export interface Done {
  readonly world: World;
  readonly failed: null | 'TIMEOUT' | 'GATE_FAILED' | 'CONFLICT';
}

/** One step against the cluster, with the preconditions that the API server checks. */
export function carryOut(world: World, step: Step): Done {
  const { live } = world;
  switch (step.do) {
    case 'claim':
      return when(live.record?.version === (step.version ?? undefined), world, () => recorded(world, step.record));
    case 'record':
      return done(recorded(world, step.record));
    case 'write':
      return when(isAsRead(world, step), world, () => written(world, step));
    case 'serve':
      return done(written({ ...world, leaves: [...world.leaves, ...missing(world, step.role)] }, step));
    case 'route':
      return routed(world, step);
    case 'delete':
      return step.kind === 'service' ? done(unserved(world, step.role)) : removed(world, step);
    case 'end':
      return done(written(world, step));
    case 'await':
      return awaited(world, step);
    case 'wait':
    case 'drain':
      return done(pass(world, ticksOf(world, step)));
    case 'gate':
      return { world: tick(world), failed: world.failing.includes(live.workloads.canary?.template ?? '') ? 'GATE_FAILED' : null };
    case 'release':
      return done(written(world, step));
    case 'close':
      return done(closed(world, step));
  }
}

function ticksOf(world: World, step: Extract<Step, { do: 'wait' | 'drain' }>): number {
  if (step.do === 'drain') return step.beside ? Math.max(DELAY_TICKS, DRAIN_TICKS) : DRAIN_TICKS;
  if (step.brief) return 0;
  return step.standing ? leftOfDelay(world) : DELAY_TICKS;
}

/** A Service that is switched is awaited until the pods that it selects now are its endpoints. */
function routed(world: World, step: Extract<Step, { do: 'route' }>): Done {
  const { live, switches } = world;
  const is = live.routes[step.name] ?? null;
  const isOnCanary = (route: typeof is): boolean => route?.traffic.weights.canary === 1000;
  const isAsRead = switches ? isOnCanary(is) === isOnCanary(step.was) : same(is, step.was);
  const set = when(isAsRead, world, () =>
    written({ ...world, written: [...world.written.slice(-19), { lane: step.name, at: world.now, route: step.route }] }, step),
  );
  if (!switches || set.failed) return set;
  const at = world.now + world.lag.slice;
  const role: Role = isOnCanary(step.route) ? 'canary' : 'stable';
  return until(
    set.world,
    now => now.now >= at && readyPods(now, role).length > 0 && readyPods(now, role).every(pod => isListed(now, pod, now.lag.slice)),
  );
}

const done = (world: World): Done => ({ world, failed: null });

const when = (holds: boolean, world: World, change: () => World): Done =>
  holds ? done(change()) : { world: tick(world), failed: 'CONFLICT' };

const written = (world: World, step: Step): World => tick({ ...world, live: simulate(world.live, step) });

function recorded(world: World, record: RecordView): World {
  const version = world.version + 1;
  return tick({ ...world, version, live: { ...world.live, record: { ...record, renewedAt: world.now * 1000, version: String(version) } } });
}

function isAsRead({ live }: World, { role, was }: Extract<Step, { do: 'write' }>): boolean {
  const is = live.workloads[role];
  if (!was || !is) return !was && !is;
  return is.uid === was.uid && is.template === was.template && is.replicas === was.replicas;
}

/** Less by as long as the routes and the endpoints have stood as they are. */
function leftOfDelay({ now, written, pods, leaves, broken, lag }: World): number {
  const ofPods = pods.flatMap(({ from, told }) => [from, told]);
  const endpoints = [...ofPods, ...leaves.flatMap(({ born, gone }) => [born, gone]), ...Object.values(broken)];
  const times = [...written.map(({ at }) => at), ...endpoints.map(at => at + lag.slice)];
  return Math.max(0, Math.max(...times.filter(at => at <= now)) + DELAY_TICKS - now);
}

/** Leaf Services of the role that some root has not got yet. */
function missing({ live, leaves, now }: World, role: Role): readonly Leaf[] {
  const has = (lane: string): boolean => leaves.some(leaf => leaf.lane === lane && leaf.role === role && leaf.gone === NEVER);
  return Object.keys(live.routes)
    .filter(lane => !has(lane))
    .map(lane => ({ lane, role, born: now, gone: NEVER }));
}

/** A role's leaf Services go, or everybody's. */
const unserved = (world: World, role: Role | null): World => tick({ ...world, leaves: ended(world, role) });

const ended = ({ leaves, now }: World, role: Role | null): readonly Leaf[] =>
  leaves.map(leaf => ((role === null || leaf.role === role) && leaf.gone === NEVER ? { ...leaf, gone: now } : leaf));

function removed(world: World, step: Extract<Step, { do: 'delete' }>): Done {
  return until(written(world, step), at => !at.pods.some(pod => pod.role === step.role && isAlive(at, pod)));
}

/** Whatever is left with our label goes before the record does. */
function closed(world: World, step: Step): World {
  const { live, now } = world;
  const kept = Object.entries(live.workloads).filter(([, workload]) => !workload.ours);
  const ours = Object.entries(live.routes).filter(([, route]) => route?.owner === 'ours');
  const unrouted = ours.map(([lane]) => ({ lane, at: now, route: null }));
  const routes = { ...live.routes, ...Object.fromEntries(ours.map(([lane]) => [lane, null])) };
  const left = { ...live, workloads: Object.fromEntries(kept), routes };
  return written({ ...world, live: left, leaves: ended(world, null), written: [...world.written, ...unrouted] }, step);
}

function awaited(world: World, step: Extract<Step, { do: 'await' }>): Done {
  const { role } = step;
  if (step.what === 'endpoints') return until(world, at => isInSlices(at, role));
  if (step.what === 'gone') return until(world, at => !at.pods.some(pod => pod.role === role && isAlive(at, pod)));
  if (step.what === 'ready' && world.live.workloads[role]?.template !== step.template) return { world: tick(world), failed: 'CONFLICT' };
  const isOver = (at: World): boolean => isRolledOut(at, role);
  return until(step.what === 'ready' ? leaving(world, step.leaving ?? [], isOver) : world, isOver);
}

/** As far as there is time for it. */
function leaving(world: World, steps: readonly Step[], isOver: (world: World) => boolean): World {
  const [step, ...more] = steps;
  if (step === undefined || isOver(world)) return world;
  const isWait = step.do === 'wait' || step.do === 'drain';
  return leaving(isWait ? pass(world, ticksOf(world, step), isOver) : carryOut(world, step).world, more, isOver);
}

function until(world: World, holds: (world: World) => boolean): Done {
  const at = pass(world, TIMEOUT_TICKS, holds);
  return { world: at, failed: holds(at) ? null : 'TIMEOUT' };
}

function isRolledOut(world: World, role: Role): boolean {
  const workload = world.live.workloads[role];
  const standing = world.pods.filter(pod => pod.role === role && pod.told === NEVER);
  return workload !== undefined && standing.length === workload.replicas && workload.ready === workload.replicas;
}

/** Every ready pod is in the slices of every Service that stands for the role. */
function isInSlices(world: World, role: Role): boolean {
  const pods = readyPods(world, role);
  const leaves = world.leaves.filter(leaf => leaf.role === role && leaf.gone === NEVER);
  return (
    pods.length > 0 &&
    pods.every(pod => isListed(world, pod, world.lag.slice)) &&
    leaves.every(leaf => world.now >= leaf.born + world.lag.slice)
  );
}
