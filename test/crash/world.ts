import type { RouteView, WorkloadView } from '../../src/model/plan.ts';
import { LEASE_MILLISECONDS } from '../../src/model/record.ts';
import type { Role, Routing } from '../../src/model/stage.ts';
import { losses } from './losses.ts';
import { isServing, type Lag, LONG_AGO, LONGEST_TICKS, NEVER, type Pod, ROLES, readyPods, type World } from './state.ts';
import { later, stillUntil } from './stillness.ts';

/** What a world begins with: stable's template or nothing yet, whose routes there are by lane, and whether stable cannot roll. */
export interface Setting {
  readonly stable?: string;
  readonly lanes: Readonly<Record<string, 'user' | 'none'>>;
  readonly goesWhole?: true;
  readonly deleteFirstRelease?: true;
  readonly switches?: boolean;
}

/** A user's route as it was before anybody came. */
const UNTOUCHED: RouteView = { owner: 'user', traffic: { weights: { stable: 1000 } } };

/** A world at rest. */
export function worldOf(routing: Routing, size: number, { stable, lanes, goesWhole, switches = false }: Setting, lag: Lag): World {
  const routes = Object.fromEntries(Object.entries(lanes).map(([lane, owner]) => [lane, owner === 'user' ? UNTOUCHED : null]));
  const workload: WorkloadView = {
    template: stable ?? '',
    replicas: size,
    ready: size,
    uid: '0',
    ours: false,
    ...(goesWhole ? { goesWhole } : {}),
  };
  return {
    now: 0,
    live: { now: 0, workloads: stable ? { stable: workload } : {}, services: [], routes, record: null, remains: false },
    routing,
    switches,
    size,
    lag,
    pods: stable ? Array.from({ length: size }, (): Pod => ({ role: 'stable', template: stable, from: LONG_AGO, told: NEVER })) : [],
    written: Object.entries(routes).map(([lane, route]) => ({ lane, at: LONG_AGO, route })),
    leaves: [],
    broken: {},
    failing: [],
    served: {},
    version: 0,
    lost: 0,
  };
}

/** One second: controllers do their next move, then the data plane sends its requests. */
export function tick(world: World): World {
  const now = world.now + 1;
  const pods = ROLES.flatMap(role => controlled(world, role, now)).filter(pod => now < pod.told + world.lag.grace + LONGEST_TICKS);
  return losses(shown({ ...world, now, pods }));
}

/** The world as a read shows it from now on. */
export function shown(world: World): World {
  const { live, now } = world;
  const workloads: Partial<Record<Role, WorkloadView>> = {};
  for (const role of ROLES) {
    const workload = live.workloads[role];
    if (workload) workloads[role] = { ...workload, ready: readyPods(world, role).filter(pod => pod.template === workload.template).length };
  }
  const lanes = Object.keys(live.routes);
  const standing = world.leaves.filter(leaf => leaf.gone === NEVER);
  const services = ROLES.filter(
    role => lanes.length > 0 && lanes.every(lane => standing.some(leaf => leaf.lane === lane && leaf.role === role)),
  );
  const routes = world.switches
    ? Object.fromEntries(lanes.map(lane => [lane, selected(live.routes[lane] ?? null, standing)]))
    : live.routes;
  const remains =
    standing.length > 0 || Object.values(live.routes).some(route => route?.owner === 'ours') || ROLES.some(role => workloads[role]?.ours);
  return { ...world, live: { ...live, now: now * 1000, workloads, services, routes, remains } };
}

/** Of a Service's selector it can only be told whose pods it picks, and whether there is somebody to switch to. */
function selected(route: RouteView | null, standing: World['leaves']): RouteView | null {
  if (route === null || route.traffic.weights.canary === 1000) return route;
  const isBeside = standing.some(({ role }) => role === 'canary');
  return { ...route, traffic: { weights: { stable: 1000, ...(isBeside ? { canary: 0 } : {}) } } };
}

/** Some seconds, or fewer, until something holds; what stands still is passed by at once. */
export function pass(world: World, ticks: number, holds: (world: World) => boolean = () => false): World {
  const end = world.now + ticks;
  let at = world;
  while (at.now < end && !holds(at)) {
    const next = tick(at);
    const still = Math.min(end, stillUntil(at, next));
    at = still > next.now ? later(next, still) : next;
  }
  return at;
}

/** A crashed run's claim lapses; controllers come to rest. */
export const rest = (world: World): World => pass(world, LEASE_MILLISECONDS / 1000);

/** The Deployment controller: surge one, none unavailable; with Recreate all the old ones go first. */
function controlled(world: World, role: Role, now: number): readonly Pod[] {
  const pods = world.pods.filter(pod => pod.role === role);
  const deployment = world.live.workloads[role];
  const standing = pods.filter(({ told }) => told === NEVER);
  if (!deployment) return stopped(pods, standing, now);
  const { template, replicas, goesWhole } = deployment;
  const mine = standing.filter(pod => pod.template === template);
  const old = standing.filter(pod => pod.template !== template);
  if (goesWhole && old.length > 0) return stopped(pods, old, now);
  const room = Math.max(0, Math.min(replicas - mine.length, replicas + (old.length > 0 ? 1 : 0) - standing.length));
  const breaksAt = world.broken[template] ?? NEVER;
  const from = now >= breaksAt ? NEVER : now + world.lag.start;
  const left = stopped(
    pods,
    excess({ mine, old, replicas }, pod => isServing(world, pod, now)),
    now,
  );
  return room === 0 ? left : [...left, ...Array.from({ length: room }, (): Pod => ({ role, template, from, told: NEVER }))];
}

/** Most ticks stop no pod. */
const stopped = (pods: readonly Pod[], some: readonly Pod[], now: number): readonly Pod[] =>
  some.length === 0 ? pods : pods.map(pod => (some.includes(pod) ? { ...pod, told: now } : pod));

interface Sorted {
  readonly mine: readonly Pod[];
  readonly old: readonly Pod[];
  readonly replicas: number;
}

/** Old pods that serve nobody go at once, others as far as enough go on serving; then the surplus of a smaller size. */
function excess({ mine, old, replicas }: Sorted, serves: (pod: Pod) => boolean): readonly Pod[] {
  if (old.length === 0 && mine.length <= replicas) return [];
  const standing = [...mine, ...old];
  const idle = old.filter(pod => !serves(pod));
  const spare = Math.max(0, standing.filter(serves).length - replicas);
  const sparable = [...old.filter(serves), ...mine].slice(0, spare);
  const some = [...idle, ...sparable].filter((pod, i) => old.includes(pod) || i < standing.length - replicas);
  const isUnready = old.length === 0 && mine.length > replicas && some.length === 0;
  return isUnready ? mine.slice(replicas) : some;
}
