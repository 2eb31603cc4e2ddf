/** Parents of the user's routes that do not serve them, and did not before this rollout came. */
import type { Deaf } from '../../model/router.ts';
import { routerOf } from '../../routers/lanes.ts';
import type { App } from '../world/app.ts';
import { lanesOf } from '../world/view.ts';

const deafOf = (app: App): readonly Deaf[] => lanesOf(app).flatMap(lane => routerOf(lane).deaf?.(lane.root, app.live) ?? []);

/** What a split is not to be awaited at. */
export function deafBefore(app: App): Pick<App, 'deaf'> {
  const keys = deafOf(app).map(({ key }) => key);
  return keys.length > 0 ? { deaf: keys } : {};
}

/** Whoever splits by a route should know which of its parents send nothing, before the first write. */
export function deafNotices(app: App): readonly string[] {
  const { action } = app.request.inputs;
  if (app.stable === null || (action !== 'deploy' && action !== 'promote')) return [];
  return deafOf(app).map(({ text, isBeside }) =>
    isBeside
      ? `${text}. It was so before: no requests arrive there, so the step waits only for the other parents.`
      : `${text}. It was so before, and no other parent accepts the route: no requests arrive through it.`,
  );
}
