import type { Role } from '../../src/model/stage.ts';
import { isAlive, isListed, LONG_AGO, LONGEST_TICKS, NEVER, type Pod, ROLES, type World, type Written } from './state.ts';

/** Every tick each lane's data plane sends 1000 requests by the route and the endpoints of some ticks ago; who gets none or a dead pod is lost. */
export function losses(world: World): World {
  const sent = Object.keys(world.live.routes).flatMap(lane => sentOver(world, lane));
  const served: Partial<Record<Role, number>> = { ...world.served };
  for (const { up } of sent) for (const { role } of up) served[role] = world.now;
  const cut = ROLES.filter(role => isCut(world, role, served[role] ?? LONG_AGO)).length;
  return { ...world, served, lost: sent.reduce((sum, { lost }) => sum + lost, world.lost + cut) };
}

/** Requests that ask for the canary by header, and those of users who got it and keep it. */
const MATCHING = 50;
const KEPT = 50;

interface Sent {
  readonly up: readonly Pod[];
  readonly lost: number;
}

function sentOver(world: World, lane: string): readonly Sent[] {
  const { slice, plane, route: late } = world.lag;
  const lag = world.switches ? slice + plane : late;
  const history = world.written.filter(written => written.lane === lane && written.at + lag <= world.now);
  const route = history.at(-1)?.route ?? null;
  if (world.switches)
    return [sentTo(world, { lane, role: route?.traffic.weights.canary === 1000 ? 'canary' : 'stable', isLeaf: false }, 1000)];
  const given = route?.traffic.weights ?? { stable: 1000 };
  const more = (route?.traffic.match ? MATCHING : 0) + (areKept(history) ? KEPT : 0);
  const weights = more > 0 ? { ...given, canary: (given.canary ?? 0) + more } : given;
  return ROLES.filter(role => weights[role]).map(role => {
    const backend = { lane, role, isLeaf: route !== null && (role !== 'stable' || route.owner === 'ours') };
    const weight = weights[role] ?? 0;
    return isCold(world, history, role) || isForgotten(world, lane, role)
      ? { ...sentTo(world, backend, weight), lost: weight }
      : sentTo(world, backend, weight);
  });
}

/** Fewer pods than the share needs are a loss too, though a small one. */
function sentTo(world: World, backend: Backend, weight: number): Sent {
  const endpoints = endpointsOf(world, backend);
  const up = endpoints.filter(pod => isAlive(world, pod));
  if (up.length === 0) return { up, lost: weight };
  const isShort = up.length < Math.floor((weight * world.size) / 1000);
  const dead = (weight * (endpoints.length - up.length)) / endpoints.length;
  return { up, lost: dead + (isShort ? 1 : 0) };
}

interface Backend {
  readonly lane: string;
  readonly role: Role;
  readonly isLeaf: boolean;
}

function endpointsOf(world: World, { lane, role, isLeaf }: Backend): readonly Pod[] {
  const late = world.lag.slice + world.lag.plane;
  const service = isLeaf ? world.leaves.findLast(leaf => leaf.lane === lane && leaf.role === role) : { born: LONG_AGO, gone: NEVER };
  const isThere = service && world.now >= service.born + late && world.now < service.gone + world.lag.plane;
  const selects = (pod: Pod): boolean => (isLeaf || world.switches ? pod.role === role : world.routing === 'pods' || pod.role === 'stable');
  return isThere ? world.pods.filter(pod => selects(pod) && isListed(world, pod, late)) : [];
}

/** Users keep the canary whatever its weight, once they got one that the route still names. */
function areKept(history: readonly Written[]): boolean {
  const affine = history.slice(history.findLastIndex(({ route }) => route?.traffic.weights.canary === undefined) + 1);
  return affine.at(-1)?.route?.traffic.affinity === 'cookie' && affine.some(({ route }) => (route?.traffic.weights.canary ?? 0) > 0);
}

/** A backend that the route did not name before has to be known for a while before it may get weight. */
function isCold(world: World, history: readonly Written[], role: Role): boolean {
  const isOut = ({ route }: Written): boolean => (route ? route.traffic.weights[role] === undefined : role !== 'stable');
  const lastOut = history.findLastIndex(isOut);
  const entered = history[lastOut + 1];
  return lastOut >= 0 && entered !== undefined && world.now < entered.at + world.lag.route + world.lag.warm;
}

/** A gateway may drop a backend that the user's route no longer names before it takes that route. */
function isForgotten(world: World, lane: string, role: Role): boolean {
  const newest = world.written.findLast(written => written.lane === lane)?.route;
  return newest?.owner === 'user' && role !== 'stable' && newest.traffic.weights[role] === undefined;
}

/** The last pod of a removed role ends while a long request may still be under way. */
function isCut(world: World, role: Role, servedAt: number): boolean {
  if (world.live.workloads[role] || servedAt + LONGEST_TICKS <= world.now) return false;
  const pods = world.pods.filter(pod => pod.role === role);
  return pods.some(pod => world.now === pod.told + world.lag.grace) && !pods.some(pod => isAlive(world, pod));
}
