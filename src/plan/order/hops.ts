import { same } from '../../manifests/json.ts';
import type { RouteView, Step } from '../../model/plan.ts';
import { ALL_STABLE, type Role, type Traffic, type Weights } from '../../model/stage.ts';

/** The writes that take a route from one split to another without losing a request: each of them waits for the data plane to take the one before. */
export function hopsOf(name: string, from: RouteView | null, to: RouteView | null): readonly Step[] {
  if (same(from, to)) return [];
  const entered = to ? entering(from, to) : from;
  const left = to && entered ? leaving(entered, to) : to;
  const path = [from, entered, left, to].filter((route, i, all) => i === 0 || !same(route, all[i - 1]));
  return path.slice(1).map((route, i) => ({ do: 'route', name, route, was: path[i] ?? null }));
}

/** The route as it is, and who is new in it with weight 0. */
function entering(from: RouteView | null, to: RouteView): RouteView {
  const weights = from?.traffic.weights ?? ALL_STABLE.weights;
  const roles = Object.keys(to.traffic.weights);
  if (from && roles.every(role => role in weights)) return from;
  const zeros = Object.fromEntries(roles.map(role => [role, 0]));
  return { owner: to.owner, traffic: { ...from?.traffic, weights: { ...zeros, ...weights } } };
}

/**
 * The route as it will be, and who has had requests until now with weight 0. A gateway forgets a backend that no route names, and may do so
 * before it takes the route that no longer names it: Contour's clusters and routes reach Envoy in no order, and 503 is the answer between.
 */
function leaving(from: RouteView, to: RouteView): RouteView {
  const isAsked = ([role, weight]: readonly [string, number]): boolean => weight > 0 || (role === 'canary' && isPicked(from.traffic));
  const entries = Object.entries(from.traffic.weights);
  if (to.owner === 'ours' || !entries.some(entry => !(entry[0] in to.traffic.weights) && isAsked(entry))) return to;
  const weights: Weights = Object.fromEntries(entries.map(([role]) => [role, to.traffic.weights[role as Role] ?? 0]));
  return { ...to, traffic: { ...to.traffic, weights } };
}

/** Some get the canary whatever the weights say. */
const isPicked = ({ match, affinity }: Traffic): boolean => match !== undefined || affinity !== undefined;

/** Whether a write only leaves out who gets nothing any more: whoever had requests has had them taken away, and that was taken, before it. */
export const movesNobody = (from: RouteView | null, to: RouteView | null): boolean =>
  from !== null && same(reached(from.traffic), reached(to?.traffic ?? ALL_STABLE));

/** Who is reached, and how much. */
const reached = ({ weights, ...others }: Traffic): Traffic => ({
  ...others,
  weights: Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0)),
});
