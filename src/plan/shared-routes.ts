import { withoutOurs } from '../manifests/owners.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Rollout } from '../model/record.ts';
import type { Lane } from '../model/router.ts';
import { givenBack } from '../routers/give-back.ts';
import type { App } from './app.ts';
import { laneOf, recordsIn } from './splits.ts';
import { rootLanes } from './view.ts';

/** The lanes that split an object of the user's, by the record. */
export function lanesOver(object: KubeObject, app: App): readonly Lane[] {
  const key = keyOf(refOf(object));
  const over = (app.record?.originals.routes ?? []).filter(({ objects }) => objects.some(original => keyOf(refOf(original)) === key));
  return rootLanes(app).filter(({ name }) => over.some(route => route.name === name));
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

function without(rollout: Rollout, now: KubeObject, { live: { objects } }: App): KubeObject {
  const isIt = (object: KubeObject): boolean => keyOf(refOf(object)) === keyOf(refOf(now));
  const over = rollout.originals.routes.filter(route => route.objects.some(isIt));
  const original = over.flatMap(route => route.objects).find(isIt);
  if (!original) return now;
  const back = givenBack(now, { original, lanes: over.map(({ name }) => laneOf(name, rollout)), objects });
  const managedFields = back.isTheirs ? withoutOurs(now, original) : original.metadata.managedFields;
  const { uid, resourceVersion } = now.metadata;
  const identity = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
  return { ...back.object, metadata: { ...back.object.metadata, ...identity, ...(managedFields ? { managedFields } : {}) } };
}
