/** DaemonSets: one pod on every node. */
import type { JsonObject } from '../../model/kube.ts';
import { contentName } from '../api/random.ts';
import { at, canonical, numberAt, objectAt, stringsAt, textAt } from '../json.ts';
import { scaled } from '../objects/quantity.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { isActive, isAvailable, isReady, ownerKeys, podFrom } from './pods.ts';
import { revisionObject } from './revisions.ts';
import { changeStatus, controlled, counts, create, isGoing, nameOf, remove } from './writes.ts';

const hashKey = 'controller-revision-hash';

/** The DaemonSet controller. */
export const daemonSets: Controller = {
  name: 'daemonset',
  keys: (_, event) => {
    if (event.key === 'apps/daemonsets') return [keyOf(event.object)];
    return event.key === '/pods' ? ownerKeys(event.object, 'DaemonSet') : [];
  },
  reconcile: (world, key) => {
    const set = world.api.store.get('apps/daemonsets', ...splitKey(key));
    if (set === undefined || isGoing(set)) return null;
    const hash = contentName(canonical(objectAt(set, 'spec', 'template')));
    revisionObject(world, set, `${nameOf(set)}-${hash}`);
    place(world, set, hash);
    roll(world, set, hash);
    updateStatus(world, set, hash);
    return null;
  },
};

function place(world: World, set: JsonObject, hash: string): void {
  const taken = new Set(
    controlled(world, '/pods', set)
      .filter(isActive)
      .map(pod => textAt(pod, 'spec', 'nodeName')),
  );
  for (const node of world.api.store.list('/nodes', '').map(nameOf)) {
    if (taken.has(node)) continue;
    const labels = { [hashKey]: hash, 'pod-template-generation': String(at(set, 'metadata', 'generation')) };
    const pod = podFrom(set, objectAt(set, 'spec', 'template'), { generateName: `${nameOf(set)}-`, labels });
    create(world, { ...pod, spec: { ...objectAt(pod, 'spec'), nodeName: node } });
  }
}

function roll(world: World, set: JsonObject, hash: string): void {
  if (textAt(set, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') return;
  const pods = controlled(world, '/pods', set).filter(isActive);
  const most = Math.max(1, scaled(at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'), pods.length, 'up'));
  const old = pods.filter(pod => stringsAt(pod, 'metadata', 'labels')[hashKey] !== hash);
  const missing = pods.filter(pod => !isReady(pod)).length;
  const broken = old.filter(pod => !isReady(pod));
  for (const pod of [...broken, ...old.filter(isReady).slice(0, Math.max(0, most - missing))]) remove(world, pod);
}

function updateStatus(world: World, set: JsonObject, hash: string): void {
  const pods = controlled(world, '/pods', set).filter(isActive);
  const desired = world.api.store.list('/nodes', '').length;
  const available = pods.filter(pod => isAvailable(world, pod, numberAt(set, 0, 'spec', 'minReadySeconds'))).length;
  const status = {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: desired,
    numberReady: pods.filter(isReady).length,
    observedGeneration: at(set, 'metadata', 'generation'),
    ...counts({
      updatedNumberScheduled: pods.filter(pod => stringsAt(pod, 'metadata', 'labels')[hashKey] === hash).length,
      numberAvailable: available,
      numberUnavailable: desired - available,
    }),
  };
  changeStatus(world, { ...set, status });
}
