/** One root on one router, and what can be told of it. */
import { groupOf } from '../manifests/refs.ts';
import type { Ref } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { RouteView } from '../model/plan.ts';
import type { Lane, TrafficRouter } from '../model/router.ts';
import { isWhole } from './backends.ts';
import { routers } from './index.ts';

/** A router that makes a route for every Service needs none of the user's; what stands already has to be given back. */
export function isRouted(lane: Lane, { live }: { readonly live: Live }): boolean {
  const { owner, beside, read } = routerOf(lane);
  const needsOne = owner === 'user' || beside !== undefined;
  return !needsOne || patchedIn(lane, live).length > 0 || read(lane.root, live) !== null;
}

/** The user's own objects that a lane changes, or that its route takes effect beside. */
export function patchedIn(lane: Lane, live: Live): readonly Ref[] {
  const { carriers, beside } = routerOf(lane);
  return [...carriers(lane.root, live), ...(beside?.(lane.root, live) ?? [])];
}

const KINDS: ReadonlySet<string> = new Set(Object.values(routers).flatMap(({ kinds }) => kinds));

/** Whether objects of a kind may carry a split of any router. */
export const isRouteKind = ({ apiVersion, kind }: Pick<Ref, 'apiVersion' | 'kind'>): boolean => KINDS.has(`${groupOf(apiVersion)}/${kind}`);

/** "HTTPRoute or GRPCRoute" */
export const routeKinds = ({ kinds }: TrafficRouter): string => kinds.map(kind => kind.split('/')[1]).join(' or ') || 'Service';

/** The router of a lane; lanes are made from the table. */
export function routerOf({ router: name }: Lane): TrafficRouter {
  const router = routers[name];
  if (!router) throw new Error(`no router ${name}`);
  return router;
}

/** The user's route as it was. */
export const isUntouched = ({ traffic }: RouteView): boolean => isWhole(traffic);
