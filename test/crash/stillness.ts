import { LONGEST_TICKS, NEVER, ROLES, type World } from './state.ts';

/**
 * Until when a tick changes nothing but the time, if the one from `before` to `after` did not: the last moment before anything that was
 * begun falls due. All that a tick asks of the time is whether it has come to one of these moments.
 */
export function stillUntil(before: World, after: World): number {
  return isSame(before, after) ? nextMoment(after) - 1 : after.now;
}

/** The world at a later moment of its stillness: whoever gets requests has got them all along. */
export function later(world: World, now: number): World {
  const served = Object.fromEntries(Object.entries(world.served).map(([role, at]) => [role, at === world.now ? now : at]));
  return { ...world, now, served, live: { ...world.live, now: now * 1000 } };
}

function isSame(before: World, after: World): boolean {
  const areReady = ROLES.every(role => before.live.workloads[role]?.ready === after.live.workloads[role]?.ready);
  const areThere = before.pods.length === after.pods.length && before.pods.every((pod, i) => pod === after.pods[i]);
  return areReady && areThere && before.lost === after.lost;
}

/** A loop for each kind, and no lists: this is asked tens of millions of times. */
function nextMoment({ now, pods, written, leaves, broken, served, lag }: World): number {
  const late = lag.slice + lag.plane;
  let next = NEVER;
  const note = (moment: number): void => {
    if (moment > now && moment < next) next = moment;
  };
  const noteOfPods = (moment: number): void => {
    note(moment);
    note(moment + lag.slice);
    note(moment + late);
  };
  for (const { from, told } of pods) {
    noteOfPods(from);
    noteOfPods(told);
    note(told + lag.grace);
    note(told + lag.grace + LONGEST_TICKS);
  }
  for (const { at } of written) {
    note(at + late);
    note(at + lag.route);
    note(at + lag.route + lag.warm);
  }
  for (const { born, gone } of leaves) {
    note(born + lag.slice);
    note(born + late);
    note(gone + lag.plane);
  }
  for (const template in broken) noteOfPods(broken[template] ?? NEVER);
  for (const role of ROLES) note((served[role] ?? NEVER) + LONGEST_TICKS);
  return next;
}
