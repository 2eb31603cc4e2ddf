/** ReplicaSets: as many pods as asked. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { ApiFailure } from '../api/failure.ts';
import { at, listAt, numberAt, objectAt, stringsAt } from '../json.ts';
import { matchesSelector } from '../objects/selector.ts';
import { withCondition, without } from './conditions.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { note } from './events.ts';
import { availableInMilliseconds, inOrderOfRemoval, isActive, isAvailable, isReady, ownerKeys, podFrom } from './pods.ts';
import { adopt, changeStatus, controlled, controllerUid, counts, create, isGoing, nameOf, remove } from './writes.ts';

/** A refused pod is tried again after this time. */
const retryMilliseconds = 1000;

/** The ReplicaSet controller. */
export const replicaSets: Controller = {
  name: 'replicaset',
  keys: (_, event) => {
    if (event.key === 'apps/replicasets') return [keyOf(event.object)];
    return event.key === '/pods' ? ownerKeys(event.object, 'ReplicaSet') : [];
  },
  reconcile: (world, key) => {
    const set = world.api.store.get('apps/replicasets', ...splitKey(key));
    if (set === undefined || isGoing(set)) return null;
    adoptOrphans(world, set);
    const pods = controlled(world, '/pods', set).filter(isActive);
    const failure = scale(world, set, pods);
    updateStatus(world, set, failure);
    return failure === null ? nextAvailable(world, set) : retryMilliseconds;
  },
};

function adoptOrphans(world: World, set: JsonObject): void {
  const selector = objectAt(set, 'spec', 'selector');
  const orphans = world.api.store
    .list('/pods', keyNamespace(set))
    .filter(pod => controllerUid(pod) === '' && isActive(pod) && matchesSelector(selector, stringsAt(pod, 'metadata', 'labels')));
  for (const pod of orphans) adopt(world, pod, set);
}

function keyNamespace(object: JsonObject): string {
  return splitKey(keyOf(object))[0];
}

/** Creates or deletes pods; the refusal that stopped it, or null. */
function scale(world: World, set: JsonObject, pods: readonly JsonObject[]): string | null {
  const missing = numberAt(set, 1, 'spec', 'replicas') - pods.length;
  for (const pod of inOrderOfRemoval(pods).slice(0, Math.max(0, -missing))) {
    remove(world, pod);
    note(world, set, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${nameOf(pod)}`,
      component: 'replicaset-controller',
    });
  }
  try {
    for (let i = 0; i < missing; i += 1) createPod(world, set);
    return null;
  } catch (fault) {
    if (!(fault instanceof ApiFailure)) throw fault;
    note(world, set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${fault.message}`,
      component: 'replicaset-controller',
    });
    return fault.message;
  }
}

function createPod(world: World, set: JsonObject): void {
  const pod = create(world, podFrom(set, objectAt(set, 'spec', 'template'), { generateName: `${nameOf(set)}-` }));
  note(world, set, {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${nameOf(pod)}`,
    component: 'replicaset-controller',
  });
}

function updateStatus(world: World, set: JsonObject, failure: string | null): void {
  const pods = controlled(world, '/pods', set).filter(isActive);
  const template = stringsAt(set, 'spec', 'template', 'metadata', 'labels');
  const minReadySeconds = numberAt(set, 0, 'spec', 'minReadySeconds');
  const labelled = pods.filter(pod => matchesSelector({ matchLabels: template }, stringsAt(pod, 'metadata', 'labels')));
  const conditions = failureConditions(world, set, failure);
  const status = {
    replicas: pods.length,
    ...counts({
      fullyLabeledReplicas: labelled.length,
      readyReplicas: pods.filter(isReady).length,
      availableReplicas: pods.filter(pod => isAvailable(world, pod, minReadySeconds)).length,
    }),
    observedGeneration: at(set, 'metadata', 'generation'),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  changeStatus(world, { ...set, status });
}

function failureConditions(world: World, set: JsonObject, failure: string | null): ReturnType<typeof listAt> {
  const before = listAt(set, 'status', 'conditions');
  if (failure === null) return without(before, 'ReplicaFailure');
  const conditions = withCondition(
    before,
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure },
    timestamp(world.api.clock),
  );
  return conditions.map(condition => {
    const { lastUpdateTime: _, ...rest } = condition as JsonObject;
    return rest;
  });
}

function nextAvailable(world: World, set: JsonObject): number | null {
  const minReadySeconds = numberAt(set, 0, 'spec', 'minReadySeconds');
  const waits = controlled(world, '/pods', set)
    .filter(isReady)
    .map(pod => availableInMilliseconds(world, pod, minReadySeconds))
    .filter(wait => wait > 0);
  return waits.length === 0 ? null : Math.min(...waits);
}
