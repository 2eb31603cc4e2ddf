/** What the user's objects mean while rollouts have changed them in passing. */
import { keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import { routerOf } from './lanes.ts';
import { isSwitched, unswitched } from './service.ts';
import { laneOf, recordsIn } from './splits.ts';

const known = new WeakMap<Live, Live>();

/**
 * The cluster as the user has it: a Service that a rollout has switched counts by what its original in the record selects, and by stable's labels where
 * the record is lost. Which pods are whose is asked of this one; where requests go now, and what a write finds, of the cluster as it is.
 */
export function asBefore(live: Live): Live {
  const before = known.get(live) ?? lookedBack(live);
  known.set(live, before);
  return before;
}

/** A Service leads where the user has it lead: no rollout has it switched. */
export const isAsBefore = (service: KubeObject, live: Live): boolean => asBefore(live).objects[keyOf(refOf(service))] === service;

function lookedBack(live: Live): Live {
  const switched = Object.entries(live.objects).filter(([, object]) => isSwitched(object));
  if (switched.length === 0) return live;
  const remembered = rememberedIn(live);
  const before = switched.map(([key, service]) => [key, remembered[key] ?? unswitched(service, live)] as const);
  return { ...live, objects: { ...live.objects, ...Object.fromEntries(before) } };
}

function rememberedIn(live: Live): Readonly<Record<string, KubeObject>> {
  const entries = recordsIn(live).flatMap(record =>
    record.originals.routes.flatMap(({ name, objects }) =>
      objects.flatMap(original => {
        const now = live.objects[keyOf(refOf(original))];
        const lane = laneOf(name, record);
        const bare = original.kind === 'Service' && now && routerOf(lane).bare?.(now, { original, root: lane.root, live });
        return bare ? [[keyOf(refOf(original)), bare] as const] : [];
      }),
    ),
  );
  return Object.fromEntries(entries);
}
