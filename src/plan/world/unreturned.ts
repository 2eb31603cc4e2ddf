import { same } from '../../manifests/json.ts';
import { isMarked } from '../../manifests/owners.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { splitByOthers } from '../../routers/splits.ts';
import type { App } from './app.ts';
import { lanesOver } from './shared-routes.ts';

/**
 * Objects of the user's whose content is back, but not yet their owners: a crash may come between the two. promote gives back the routes
 * alone, stable is the new version's by then; and what somebody has made of stable since is theirs.
 */
export function unreturned(app: App): readonly Operation[] {
  const { record, live, request } = app;
  const split = splitByOthers(app);
  const now = (original: KubeObject): KubeObject | undefined => live.objects[keyOf(refOf(original))];
  const { stable = null, routes = [] } = record?.originals ?? {};
  const isStableBack = stable && request.inputs.action !== 'promote' && same(stable.spec, now(stable)?.spec);
  const carriers = new Map(routes.flatMap(({ objects }) => objects).map(object => [keyOf(refOf(object)), object]));
  const isDue = (original: KubeObject): boolean => isMarked(now(original)) && !split.includes(keyOf(refOf(original)));
  return [
    ...[...carriers.values()].filter(isDue).map((object): Operation => ({ do: 'restore', object, lanes: lanesOver(object, app) })),
    ...(isStableBack && isDue(stable) ? [{ do: 'restore', object: stable } as const] : []),
  ];
}
