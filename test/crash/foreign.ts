import type { RouteView } from '../../src/model/plan.ts';
import type { Random } from './random.ts';
import { NEVER, type World } from './state.ts';
import { shown } from './world.ts';

/** What somebody else may do to our rollout: change stable, put the routes back, delete an object of ours. */
export const meddlings = ['template', 'route', 'record', 'leaf', 'baseline', 'canary'] as const;

/** One of them. */
export type Meddling = (typeof meddlings)[number];

/** Somebody else changes the world past us; stable's template becomes one of `templates`. */
export function meddled(world: World, what: Meddling, random: Random, templates: readonly [string, ...string[]]): World {
  const { live } = world;
  const { stable } = live.workloads;
  switch (what) {
    case 'template':
      return stable ? changed(world, { workloads: { ...live.workloads, stable: { ...stable, template: random.pick(templates) } } }) : world;
    case 'route':
      return unrouted(world);
    case 'record':
      return changed(world, { record: null });
    case 'leaf':
      return shown({ ...world, leaves: world.leaves.map(leaf => (isTaken(leaf) ? { ...leaf, gone: world.now } : leaf)) });
    case 'baseline':
    case 'canary':
      return changed(world, { workloads: Object.fromEntries(Object.entries(live.workloads).filter(([role]) => role !== what)) });
  }
}

/** Stable's leaf of one root. */
const isTaken = ({ lane, role, gone }: World['leaves'][number]): boolean => lane === 'web' && role === 'stable' && gone === NEVER;

const changed = (world: World, live: Partial<World['live']>): World => shown({ ...world, live: { ...world.live, ...live } });

/** Ours are deleted, the user's applied again. */
function unrouted(world: World): World {
  const before: RouteView = { owner: 'user', traffic: { weights: { stable: 1000 } } };
  const routes = Object.fromEntries(
    Object.entries(world.live.routes).map(([lane, route]) => [lane, route?.owner === 'user' ? before : null]),
  );
  const written = Object.entries(routes).map(([lane, route]) => ({ lane, at: world.now, route }));
  return { ...changed(world, { routes }), written: [...world.written, ...written] };
}
