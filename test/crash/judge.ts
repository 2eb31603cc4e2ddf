import { same } from '../../src/manifests/json.ts';
import type { View } from '../../src/model/plan.ts';
import { isOpen } from '../../src/plan/world/facts.ts';
import type { World } from './state.ts';
import { rest } from './world.ts';

/** Violations by kind, how many cases were looked at, and the first few violations in words. */
export interface Tally {
  cases: number;
  readonly found: Record<string, number>;
  readonly shown: string[];
}

/** A tally of nothing yet. */
export const tally = (): Tally => ({ cases: 0, found: {}, shown: [] });

/** Notes a violation. */
export function count(tally: Tally, what: string, ...where: readonly unknown[]): void {
  tally.found[what] = (tally.found[what] ?? 0) + 1;
  if (tally.shown.length < 5)
    tally.shown.push(`${what}: ${where.map(item => (typeof item === 'string' ? item : JSON.stringify(item))).join(' ')}`);
}

/** All violations. */
export const violations = ({ found }: Tally): number => Object.values(found).reduce((a, b) => a + b, 0);

/** What a run leaves, without what differs from run to run. */
export const shape = ({ workloads, services, routes, record }: View): unknown => [
  Object.fromEntries(Object.entries(workloads).map(([role, { template, replicas }]) => [role, [template, replicas]])),
  [...services].sort(),
  routes,
  record && [record.release, record.action, record.stage],
];

/** Where a rollout began, and the templates that stable may run at its end; null for no stable. */
export interface Expected {
  readonly from: World;
  readonly stable: readonly (string | null)[];
}

/** After promote or reject nothing of ours is left, the routes are the user's again, and stable is one of those expected, in full size. */
export function judge(tally: Tally, world: World, { from, stable }: Expected, ...where: readonly unknown[]): void {
  const at = rest(world);
  const is = at.live.workloads.stable;
  tally.cases++;
  if (at.lost > from.lost && from.live.workloads.stable) count(tally, 'lost', at.lost - from.lost, ...where);
  if (isOpen(at.live)) count(tally, 'left', shape(at.live), ...where);
  if (!stable.includes(is?.template ?? null)) count(tally, 'wrong stable', stable, shape(at.live), ...where);
  if (is && (is.replicas !== from.size || is.ready !== from.size)) count(tally, 'wrong size', shape(at.live), ...where);
  if (!same(at.live.routes, from.live.routes)) count(tally, 'wrong route', at.live.routes, ...where);
}
