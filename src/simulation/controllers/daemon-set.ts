/** DaemonSets: one pod on every node. */
import type { JsonObject } from '../../model/kube.ts';
import { contentName } from '../api/random.ts';
import { at, canonical, numberAt, objectAt, stringsAt, textAt } from '../json.ts';
import { scaled } from '../objects/quantity.ts';
import { matchesSelector } from '../objects/selector.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { availableInMilliseconds, isActive, isAvailable, isReady, ownerKeys, podFrom } from './pods.ts';
import { revisionObject } from './revisions.ts';
import { changeStatus, controlled, counts, create, isGoing, nameOf, remove } from './writes.ts';

const hashKey = 'controller-revision-hash';
const generationKey = 'pod-template-generation';

/** The DaemonSet controller. */
export const daemonSets: Controller = {
  name: 'daemonset',
  keys: (world, event) => {
    if (event.key === 'apps/daemonsets') return [keyOf(event.object)];
    if (event.key === '/nodes') return world.api.store.list('apps/daemonsets', '').map(keyOf);
    return event.key === '/pods' ? ownerKeys(event.object, 'DaemonSet') : [];
  },
  reconcile: (world, key) => {
    const set = world.api.store.get('apps/daemonsets', ...splitKey(key));
    if (set === undefined || isGoing(set)) return null;
    const hash = contentName(canonical(objectAt(set, 'spec', 'template')));
    revisionObject(world, set, { name: `${nameOf(set)}-${hash}`, hashLabel: hashKey });
    const fleet: Fleet = { world, set, hash, nodes: nodesOf(world, set) };
    leave(fleet);
    for (const node of fleet.nodes) if (podsOn(fleet, node).length === 0) place(fleet, node);
    if (textAt(set, 'spec', 'updateStrategy', 'type') === 'RollingUpdate') roll(fleet);
    updateStatus(fleet);
    return nextAvailable(fleet);
  },
};

interface Fleet {
  readonly world: World;
  readonly set: JsonObject;
  readonly hash: string;
  /** Names of the nodes that should have a pod. */
  readonly nodes: readonly string[];
}

function nodesOf(world: World, set: JsonObject): readonly string[] {
  const wanted = stringsAt(set, 'spec', 'template', 'spec', 'nodeSelector');
  const fits = (node: JsonObject): boolean => matchesSelector({ matchLabels: wanted }, stringsAt(node, 'metadata', 'labels'));
  return world.api.store.list('/nodes', '').filter(fits).map(nameOf);
}

const ownPods = ({ world, set }: Fleet): readonly JsonObject[] => controlled(world, '/pods', set);
const nodeOf = (pod: JsonObject): string => textAt(pod, 'spec', 'nodeName');

/** Those that go count too: another one comes when the node is rid of them. */
const podsOn = (fleet: Fleet, node: string): readonly JsonObject[] => ownPods(fleet).filter(pod => nodeOf(pod) === node);

/** As the real one: by the hash, or by the number of templates so far. */
function isUpdated({ set, hash }: Fleet, pod: JsonObject): boolean {
  const labels = stringsAt(pod, 'metadata', 'labels');
  return labels[hashKey] === hash || labels[generationKey] === generationOf(set);
}

const generationOf = (set: JsonObject): string =>
  stringsAt(set, 'metadata', 'annotations')['deprecated.daemonset.template.generation'] ?? '1';

function place({ world, set, hash }: Fleet, node: string): void {
  const labels = { [hashKey]: hash, [generationKey]: generationOf(set) };
  const pod = podFrom(set, objectAt(set, 'spec', 'template'), { generateName: `${nameOf(set)}-`, labels });
  create(world, { ...pod, spec: { ...objectAt(pod, 'spec'), nodeName: node } });
}

/** A node that wants none any more, a pod that has failed, and a second one on a node where no surge is allowed. */
function leave(fleet: Fleet): void {
  const { world, nodes } = fleet;
  const pods = ownPods(fleet).filter(pod => !isGoing(pod));
  for (const pod of pods) if (!nodes.includes(nodeOf(pod)) || !isActive(pod)) remove(world, pod);
  if (margins(fleet).surge > 0) return;
  for (const node of nodes) for (const pod of pods.filter(each => nodeOf(each) === node).slice(1)) remove(world, pod);
}

function margins({ set, nodes }: Fleet): { readonly surge: number; readonly unavailable: number } {
  const rolling = objectAt(set, 'spec', 'updateStrategy', 'rollingUpdate');
  const isRolling = textAt(set, 'spec', 'updateStrategy', 'type') === 'RollingUpdate';
  const surge = isRolling ? scaled(rolling.maxSurge, nodes.length, 'up') : 0;
  const unavailable = scaled(rolling.maxUnavailable, nodes.length, 'up');
  return { surge, unavailable: surge === 0 ? Math.max(1, unavailable) : unavailable };
}

const isUp = ({ world, set }: Fleet, pod: JsonObject): boolean => isAvailable(world, pod, numberAt(set, 0, 'spec', 'minReadySeconds'));

function roll(fleet: Fleet): void {
  if (margins(fleet).surge > 0) surgeOver(fleet);
  else replaceOld(fleet);
}

/** Old pods that are not available go at once, the others as far as the margin allows. */
function replaceOld(fleet: Fleet): void {
  const { world, nodes } = fleet;
  const single = nodes.flatMap(node => {
    const [pod, ...others] = podsOn(fleet, node);
    return pod !== undefined && others.length === 0 && !isGoing(pod) ? [pod] : [];
  });
  const old = single.filter(pod => !isUpdated(fleet, pod));
  const missing = nodes.length - single.filter(pod => isUp(fleet, pod)).length;
  const broken = old.filter(pod => !isUp(fleet, pod));
  const room = Math.max(0, margins(fleet).unavailable - missing);
  for (const pod of [...broken, ...old.filter(each => isUp(fleet, each)).slice(0, room)]) remove(world, pod);
}

/** A new pod beside the old one, which goes when the new one is available. */
function surgeOver(fleet: Fleet): void {
  const { world, nodes } = fleet;
  const pairs = nodes.map(node => {
    const pods = podsOn(fleet, node).filter(pod => !isGoing(pod));
    return { node, fresh: pods.find(pod => isUpdated(fleet, pod)), old: pods.find(pod => !isUpdated(fleet, pod)) };
  });
  for (const { fresh, old } of pairs) if (fresh !== undefined && old !== undefined && isUp(fleet, fresh)) remove(world, old);
  const surging = pairs.filter(({ fresh, old }) => fresh !== undefined && old !== undefined && !isUp(fleet, fresh)).length;
  const waiting = pairs.filter(({ fresh, old }) => fresh === undefined && old !== undefined);
  for (const { node } of waiting.slice(0, Math.max(0, margins(fleet).surge - surging))) place(fleet, node);
}

const bornAt = (pod: JsonObject): string => textAt(pod, 'metadata', 'creationTimestamp');

/** Times have whole seconds: what is on its way out was there before. */
const inOrderOfBirth = (pods: readonly JsonObject[]): readonly JsonObject[] =>
  pods.toSorted((a, b) => bornAt(a).localeCompare(bornAt(b)) || Number(isGoing(b)) - Number(isGoing(a)));

function updateStatus(fleet: Fleet): void {
  const { world, set, nodes } = fleet;
  // Of several pods on a node the oldest counts: while a new one stands beside it, the node is not updated yet.
  const oldest = nodes.flatMap(node => inOrderOfBirth(podsOn(fleet, node)).slice(0, 1));
  const on = (filter: (pod: JsonObject) => boolean): number => oldest.filter(filter).length;
  const available = on(pod => isUp(fleet, pod));
  const status = {
    currentNumberScheduled: on(() => true),
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: on(isReady),
    observedGeneration: at(set, 'metadata', 'generation'),
    ...counts({
      updatedNumberScheduled: on(pod => isUpdated(fleet, pod)),
      numberAvailable: available,
      numberUnavailable: nodes.length - available,
    }),
  };
  changeStatus(world, { ...set, status });
}

/** Nothing tells when a ready pod becomes available: the controller looks again then. */
function nextAvailable(fleet: Fleet): number | null {
  const { world, set } = fleet;
  const seconds = numberAt(set, 0, 'spec', 'minReadySeconds');
  const waits = ownPods(fleet)
    .filter(pod => isReady(pod) && !isUp(fleet, pod))
    .map(pod => availableInMilliseconds(world, pod, seconds));
  return waits.length > 0 ? Math.min(...waits) : null;
}
