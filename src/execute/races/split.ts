/** A split of the user's route, in which others may write at any time. */
import { same } from '../../manifests/json.ts';
import { keyOf, nameOf } from '../../manifests/refs.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { Change } from '../../model/live.ts';
import type { Operation } from '../../model/operation.ts';
import type { Traffic } from '../../model/stage.ts';
import { routerOf } from '../../routers/lanes.ts';
import { asUnsplittable } from '../invalid.ts';
import { liveOf } from '../live.ts';
import { note, noteGone, type Session } from '../session.ts';
import { isGone, isOutrun } from './refusals.ts';
import { routeChanged } from './told.ts';

/** How often a split is made again of what others left. */
const MOST_TRIES = 5;

type Patch = Extract<Operation, { do: 'patch' }>;

/**
 * Splits a user's route. Where others have written in it since it was read, the split is made again of what they left. Where it only takes
 * requests back to stable, whatever they did is no obstacle: what stands behind it puts the route back, and tells of it.
 * @throws RolloutError ROUTE_CHANGED where it was the split itself that they changed, and the canary is to get requests by it.
 */
export async function splitRoute(session: Session, { ref, manager, operations, split }: Required<Patch>): Promise<void> {
  const { lane, traffic } = split;
  const router = routerOf(lane);
  const takesBack = isAllStable(traffic);
  let due = operations;
  for (let tries = 1; due.length > 0; tries++) {
    const written = await session.cluster.patch(ref, due, { manager }).catch((error: unknown) => {
      return isOutrun(error) || (takesBack && isGone(error)) ? null : asUnsplittable(ref)(error);
    });
    if (written) return void note(session, written);
    const known = await liveOf(session, router);
    const route = await session.cluster.get(ref);
    const now = { ...known, objects: { ...known.objects, ...(route ? { [keyOf(ref)]: route } : {}) } };
    const isSame = same(router.read(lane.root, known), router.read(lane.root, now));
    const decision = whenOutrun({ route, takesBack, isSame, isLast: tries >= MOST_TRIES });
    if (decision === 'note its end') return void noteGone(session, ref);
    if (decision === 'refuse' || !route) throw routeChanged(nameOf(ref));
    note(session, route);
    due = router.render(traffic, lane.root, now).flatMap(change => (isPatchOf(change, ref) ? change.operations : []));
  }
}

/** A route behind a split that another write outran. */
export interface Outrun {
  /** The route as it is now; null where it is gone. */
  readonly route: KubeObject | null;
  /** All requests go back to stable by this split. */
  readonly takesBack: boolean;
  /** The others left the split itself as it was. */
  readonly isSame: boolean;
  readonly isLast: boolean;
}

/** What follows a split that another write outran: a way back goes on over whatever others did. */
export function whenOutrun({ route, takesBack, isSame, isLast }: Outrun): 'split again' | 'note its end' | 'refuse' {
  if (!route) return takesBack ? 'note its end' : 'refuse';
  return isLast || !(takesBack || isSame) ? 'refuse' : 'split again';
}

const isAllStable = ({ weights, match, affinity }: Traffic): boolean => {
  const others = Object.entries(weights).filter(([role]) => role !== 'stable');
  return !match && !affinity && others.every(([, weight]) => weight === 0);
};

const isPatchOf = (change: Change, ref: Ref): change is Extract<Change, { do: 'patch' }> =>
  change.do === 'patch' && keyOf(change.ref) === keyOf(ref);
