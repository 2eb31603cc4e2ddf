import { withoutOurs } from '../../manifests/owners.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Rollout } from '../../model/record.ts';
import type { Lane } from '../../model/router.ts';
import { givenBack } from '../../routers/give-back.ts';
import { laneOf, recordsIn } from '../../routers/splits.ts';
import type { App } from './app.ts';
import { rootLanes } from './view.ts';

/** The lanes that split an object of the user's, by the record: those of a Service that is gone by now are in the object still. */
export function lanesOver(object: KubeObject, app: App): readonly Lane[] {
  const { record } = app;
  if (!record) return [];
  const known = rootLanes(app);
  return routesOver(object, record).map(({ name }) => known.find(lane => lane.name === name) ?? laneOf(name, record));
}

/**
 * A user's route as it would be without the splits of other rollouts: those are no part of what this one will have to put back, for they may
 * have ended by then.
 */
export function withoutOthers(route: KubeObject, app: App): KubeObject {
  return rolloutsBeside(app).reduce((now, rollout) => without(rollout, now, app), route);
}

const rolloutsBeside = ({ live, namespace, name }: App): readonly Rollout[] =>
  recordsIn(live).filter(rollout => rollout.namespace !== namespace || rollout.workload !== name);

/** The lanes that rollouts of other workloads, but opened by the same run, split an object by. */
export const lanesBeside = (object: KubeObject, app: App): readonly Lane[] =>
  rolloutsBeside(app)
    .filter(({ run }) => run.id === app.record?.run.id)
    .flatMap(rollout => routesOver(object, rollout).map(({ name }) => laneOf(name, rollout)));

const routesOver = (object: KubeObject, { originals }: Rollout): Rollout['originals']['routes'] =>
  originals.routes.filter(({ objects }) => objects.some(original => keyOf(refOf(original)) === keyOf(refOf(object))));

function without(rollout: Rollout, now: KubeObject, { live: { objects } }: App): KubeObject {
  const over = routesOver(now, rollout);
  const original = over.flatMap(({ objects }) => objects).find(object => keyOf(refOf(object)) === keyOf(refOf(now)));
  if (!original) return now;
  const back = givenBack(now, { original, lanes: over.map(({ name }) => laneOf(name, rollout)), objects });
  const managedFields = back.isTheirs ? withoutOurs(now, original) : original.metadata.managedFields;
  const { uid, resourceVersion } = now.metadata;
  const identity = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
  return { ...back.object, metadata: { ...back.object.metadata, ...identity, ...(managedFields ? { managedFields } : {}) } };
}
