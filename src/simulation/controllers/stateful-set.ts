/** StatefulSets: pods with a number each and claims of their own, made and replaced in order. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { remembered } from '../../model/remembered.ts';
import { contentName } from '../api/random.ts';
import { at, canonical, isObject, listAt, numberAt, objectAt, stringsAt, textAt } from '../json.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { isActive, isAvailable, isReady, ownerKeys, podFrom } from './pods.ts';
import { revisionObject } from './revisions.ts';
import { changeStatus, controlled, counts, create, isGoing, nameOf, remove, templateMetadata } from './writes.ts';

const hashKey = 'controller-revision-hash';

/** The StatefulSet controller. */
export const statefulSets: Controller = {
  name: 'statefulset',
  keys: (_, event) => {
    if (event.key === 'apps/statefulsets') return [keyOf(event.object)];
    return event.key === '/pods' ? ownerKeys(event.object, 'StatefulSet') : [];
  },
  reconcile: (world, key) => {
    const set = world.api.store.get('apps/statefulsets', ...splitKey(key));
    if (set === undefined || isGoing(set)) return null;
    const update = revisionOf(set);
    const current = textAt(set, 'status', 'currentRevision') || update;
    revisionObject(world, set, { name: update, hashLabel: 'controller.kubernetes.io/hash' });
    step(world, set, { current, update });
    updateStatus(world, set, { current, update });
    return null;
  },
};

interface Revisions {
  readonly current: string;
  readonly update: string;
}

function revisionOf(set: JsonObject): string {
  return `${nameOf(set)}-${templateName(objectAt(set, 'spec', 'template'))}`;
}

const templateName = remembered((template: JsonObject): string => contentName(canonical(template)));

/** One move: the next missing pod, the next one too many, or the next one of an old revision. */
function step(world: World, set: JsonObject, revisions: Revisions): void {
  const replicas = numberAt(set, 1, 'spec', 'replicas');
  const pods = podsByNumber(world, set);
  const parallel = textAt(set, 'spec', 'podManagementPolicy') === 'Parallel';
  for (let number = 0; number < replicas; number += 1) {
    const pod = pods.get(number);
    if (pod === undefined) {
      for (const claim of claimsOf(set, number)) createOnce(world, claim);
      create(world, podOf(world, set, { number, revisions }));
    }
    // A pod that does not get ready holds all others up, also where it is of an old revision: nobody but a person deletes it.
    if (!parallel && (pod === undefined || !isReady(pod))) return;
  }
  const surplus = [...pods].filter(([number, pod]) => number >= replicas && isActive(pod)).sort(([a], [b]) => b - a);
  for (const [, pod] of parallel ? surplus : surplus.slice(0, 1)) remove(world, pod);
  if (surplus.length === 0) roll(world, set, { pods, revisions });
}

/** The highest number of an old revision goes first; those below the partition stay. */
function roll(
  world: World,
  set: JsonObject,
  { pods, revisions }: { readonly pods: ReadonlyMap<number, JsonObject>; readonly revisions: Revisions },
): void {
  if (textAt(set, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate' || [...pods.values()].some(isGoing)) return;
  const partition = numberAt(set, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const old = [...pods].filter(
    ([number, pod]) => number >= partition && stringsAt(pod, 'metadata', 'labels')[hashKey] !== revisions.update,
  );
  const last = old.sort(([a], [b]) => b - a)[0];
  if (last !== undefined) remove(world, last[1]);
}

function podsByNumber(world: World, set: JsonObject): ReadonlyMap<number, JsonObject> {
  const prefix = `${nameOf(set)}-`;
  return new Map(controlled(world, '/pods', set).map(pod => [Number(nameOf(pod).slice(prefix.length)), pod] as const));
}

interface Numbered {
  readonly number: number;
  readonly revisions: Revisions;
}

function podOf(world: World, set: JsonObject, { number, revisions: { current, update } }: Numbered): JsonObject {
  const name = `${nameOf(set)}-${number}`;
  const partition = numberAt(set, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const revision = number >= partition ? update : current;
  const labels = { 'apps.kubernetes.io/pod-index': String(number), [hashKey]: revision, 'statefulset.kubernetes.io/pod-name': name };
  const pod = podFrom(set, templateOf(world, set, revision), { generateName: `${nameOf(set)}-`, name, labels });
  return { ...pod, spec: { ...objectAt(pod, 'spec'), hostname: name, ...subdomain(set), ...volumes(set, number) } };
}

/** Below the partition a pod comes back as it was. */
function templateOf(world: World, set: JsonObject, revision: string): JsonObject {
  const found = controlled(world, 'apps/controllerrevisions', set).find(each => nameOf(each) === revision);
  const { $patch: _patch, ...template } = objectAt(found ?? {}, 'data', 'spec', 'template');
  return found === undefined ? objectAt(set, 'spec', 'template') : template;
}

const claimName = (set: JsonObject, template: Json, number: number): string =>
  `${textAt(template, 'metadata', 'name')}-${nameOf(set)}-${number}`;

/** The claims of a pod stay when it goes, and the next of its number finds them. */
function claimsOf(set: JsonObject, number: number): readonly JsonObject[] {
  const labels = stringsAt(set, 'spec', 'selector', 'matchLabels');
  return listAt(set, 'spec', 'volumeClaimTemplates').map(template => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...templateMetadata(isObject(template) ? template : {}),
      name: claimName(set, template, number),
      namespace: textAt(set, 'metadata', 'namespace'),
      labels: { ...stringsAt(template, 'metadata', 'labels'), ...labels },
    },
    spec: objectAt(template, 'spec'),
  }));
}

function volumes(set: JsonObject, number: number): JsonObject {
  const made = listAt(set, 'spec', 'volumeClaimTemplates').map(template => ({
    name: textAt(template, 'metadata', 'name'),
    persistentVolumeClaim: { claimName: claimName(set, template, number) },
  }));
  const given = listAt(set, 'spec', 'template', 'spec', 'volumes').filter(
    volume => !made.some(({ name }) => name === textAt(volume, 'name')),
  );
  return made.length === 0 ? {} : { volumes: [...given, ...made] };
}

function createOnce(world: World, claim: JsonObject): void {
  const [namespace, name] = [textAt(claim, 'metadata', 'namespace'), nameOf(claim)];
  if (world.api.store.get('/persistentvolumeclaims', namespace, name) === undefined) create(world, claim);
}

function subdomain(set: JsonObject): JsonObject {
  const serviceName = textAt(set, 'spec', 'serviceName');
  return serviceName === '' ? {} : { subdomain: serviceName };
}

function updateStatus(world: World, set: JsonObject, { current, update }: Revisions): void {
  const pods = controlled(world, '/pods', set).filter(isActive);
  const ofRevision = (revision: string): number => pods.filter(pod => stringsAt(pod, 'metadata', 'labels')[hashKey] === revision).length;
  const minReadySeconds = numberAt(set, 0, 'spec', 'minReadySeconds');
  const isDone = ofRevision(update) === numberAt(set, 1, 'spec', 'replicas') && pods.every(isReady);
  const status = {
    observedGeneration: at(set, 'metadata', 'generation'),
    replicas: pods.length,
    availableReplicas: pods.filter(pod => isAvailable(world, pod, minReadySeconds)).length,
    ...counts({
      readyReplicas: pods.filter(isReady).length,
      currentReplicas: ofRevision(isDone ? update : current),
      updatedReplicas: ofRevision(update),
    }),
    currentRevision: isDone ? update : current,
    updateRevision: update,
    collisionCount: 0,
  };
  changeStatus(world, { ...set, status });
}
