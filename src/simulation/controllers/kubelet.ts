/** Scheduler and kubelet in one: gives pods a node and an address, and moves their status as their images say. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { targetOf, timestamp } from '../api/api.ts';
import { plainRemoval, removeObject } from '../api/remove.ts';
import { at, isObject, listAt, numberAt, objectAt, stringsAt, textAt, withAt } from '../json.ts';
import { quantity } from '../objects/quantity.ts';
import { matchesSelector } from '../objects/selector.ts';
import { podBehaviour } from './behaviour.ts';
import { conditionOf } from './conditions.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { changeStatus, isGoing, nameOf } from './writes.ts';

const manager = 'kubelet-sim';

/** Moves every pod through its life. */
export const kubelet: Controller = {
  name: 'kubelet',
  keys: (_, event) => (event.key === '/pods' && event.type !== 'DELETED' ? [keyOf(event.object)] : []),
  reconcile: (world, key) => {
    const pod = world.api.store.get('/pods', ...splitKey(key));
    if (pod === undefined) return null;
    if (isGoing(pod)) return terminate(world, pod);
    if (textAt(pod, 'spec', 'nodeName') === '') return schedule(world, pod);
    if (textAt(pod, 'status', 'podIP') === '') return start(world, pod);
    return becomeReady(world, pod);
  },
};

/** Milliseconds until `since` (a time of the API, whole seconds; or when this controller first saw it) lies so far back. */
function remaining(world: World, key: string, milliseconds: number): number {
  const seen = firstSeen(world);
  const since = seen.get(key) ?? world.api.clock.now();
  seen.set(key, since);
  return since + milliseconds - world.api.clock.now();
}

const sightings = new WeakMap<World, Map<string, number>>();

function firstSeen(world: World): Map<string, number> {
  const known = sightings.get(world) ?? new Map<string, number>();
  sightings.set(world, known);
  return known;
}

function terminate(world: World, pod: JsonObject): number | null {
  const wait = remaining(world, `${textAt(pod, 'metadata', 'uid')} end`, endsAfter(world, pod));
  if (wait > 0) return wait;
  const uid = textAt(pod, 'metadata', 'uid');
  for (const moment of ['end', 'start', 'bind']) firstSeen(world).delete(`${uid} ${moment}`);
  const resource = world.api.registry.byKey('/pods');
  const isHeld = listAt(pod, 'metadata', 'finalizers').length > 0;
  if (resource !== undefined && !isHeld) removeObject(world.api, targetOf(resource, pod), { ...plainRemoval, graceSeconds: 0 });
  return null;
}

/** The longest `preStop.sleep` of its containers, at least the cluster's own pace, within the grace period. */
function endsAfter(world: World, pod: JsonObject): number {
  const own = podBehaviour(pod).quits ? 0 : world.pace.terminationMilliseconds;
  const sleeps = listAt(pod, 'spec', 'containers').map(
    container => numberAt(container, 0, 'lifecycle', 'preStop', 'sleep', 'seconds') * 1000,
  );
  return Math.min(Math.max(own, ...sleeps), numberAt(pod, 30, 'metadata', 'deletionGracePeriodSeconds') * 1000);
}

function schedule(world: World, pod: JsonObject): number | null {
  const wait = remaining(world, `${textAt(pod, 'metadata', 'uid')} bind`, world.pace.schedulingMilliseconds);
  if (wait > 0) return wait;
  const nodes = world.api.store.list('/nodes', '');
  const fitting = nodes.filter(node => fits(pod, node));
  const node = fitting[Math.floor(world.api.random.next() * fitting.length)];
  const now = timestamp(world.api.clock);
  if (node === undefined) {
    refuse(world, pod, nodes.length);
    return null;
  }
  const conditions = [
    ...listAt(pod, 'status', 'conditions').filter(c => textAt(c, 'type') !== 'PodScheduled'),
    condition('PodScheduled', true, now),
  ];
  world.api.store.put('/pods', withAt(withAt(pod, ['spec', 'nodeName'], nameOf(node)), ['status', 'conditions'], conditions));
  return null;
}

function fits(pod: JsonObject, node: JsonObject): boolean {
  const asked = (name: string): number =>
    listAt(pod, 'spec', 'containers').reduce<number>((sum, c) => sum + quantity(at(c, 'resources', 'requests', name)), 0);
  const wanted = stringsAt(pod, 'spec', 'nodeSelector');
  const room = ['cpu', 'memory'].every(name => asked(name) <= quantity(at(node, 'status', 'allocatable', name)));
  return (
    room && matchesSelector({ matchLabels: wanted }, stringsAt(node, 'metadata', 'labels')) && at(node, 'spec', 'unschedulable') !== true
  );
}

function refuse(world: World, pod: JsonObject, nodes: number): void {
  if (textAt(conditionOf(pod, 'PodScheduled'), 'reason') === 'Unschedulable') return;
  const why =
    Object.keys(objectAt(pod, 'spec', 'nodeSelector')).length > 0 ? "didn't match Pod's node affinity/selector" : 'Insufficient cpu';
  const message = `0/${nodes} nodes are available: ${nodes} node(s) ${why}. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
  const scheduled = { ...condition('PodScheduled', false, timestamp(world.api.clock)), reason: 'Unschedulable', message };
  changeStatus(world, withAt(pod, ['status', 'conditions'], [scheduled]), 'kube-scheduler');
}

function start(world: World, pod: JsonObject): null {
  changeStatus(world, { ...pod, status: reported(world, pod, { ready: false, podIP: freeAddress(world) }) }, manager);
  return null;
}

function becomeReady(world: World, pod: JsonObject): number | null {
  const { failure, readyAfterMilliseconds } = podBehaviour(pod);
  const phase = textAt(pod, 'status', 'phase');
  const isDying = failure === 'crash' && textAt(pod, 'spec', 'restartPolicy') === 'Never';
  if ((failure !== '' && !isDying) || ['Succeeded', 'Failed'].includes(phase) || textAt(conditionOf(pod, 'Ready'), 'status') === 'True')
    return null;
  const wait = remaining(world, `${textAt(pod, 'metadata', 'uid')} start`, readyAfterMilliseconds ?? world.pace.readyMilliseconds);
  if (wait > 0) return wait;
  const podIP = textAt(pod, 'status', 'podIP');
  const done = textAt(pod, 'spec', 'restartPolicy') !== 'Always';
  changeStatus(
    world,
    { ...pod, status: done ? finished(world, pod, isDying ? 1 : 0) : reported(world, pod, { ready: true, podIP }) },
    manager,
  );
  return null;
}

const addresses = new WeakMap<World, number>();

function freeAddress(world: World): string {
  const next = (addresses.get(world) ?? highestAddress(world)) + 1;
  addresses.set(world, next);
  return `10.244.${Math.floor(next / 250) % 256}.${1 + (next % 250)}`;
}

/** The number of the highest address that a pod has, where others gave them out before. */
function highestAddress({ api }: World): number {
  const numbers = api.store.list('/pods', '').map(pod => {
    const [, , third = 0, fourth = 1] = textAt(pod, 'status', 'podIP').split('.').map(Number);
    return third * 250 + fourth - 1;
  });
  return Math.max(0, ...numbers);
}

function reported(world: World, pod: JsonObject, { ready, podIP }: { readonly ready: boolean; readonly podIP: string }): JsonObject {
  const now = timestamp(world.api.clock);
  const { failure } = podBehaviour(pod);
  const states: readonly (readonly [string, boolean])[] = [
    ['PodScheduled', true],
    ['Initialized', true],
    ['ContainersReady', ready],
    ['Ready', ready],
  ];
  return {
    phase: failure === 'badpull' ? 'Pending' : 'Running',
    hostIP: '127.0.0.1',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: textAt(pod, 'status', 'startTime') || now,
    qosClass: at(pod, 'status', 'qosClass'),
    conditions: states.map(([type, isTrue]) => condition(type, isTrue, now)),
    containerStatuses: listAt(pod, 'spec', 'containers')
      .filter(isObject)
      .map(container => containerStatus(container, { ready, failure, now })),
  };
}

interface ContainerReport {
  readonly ready: boolean;
  readonly failure: string;
  readonly now: string;
}

function containerStatus(container: JsonObject, { ready, failure, now }: ContainerReport): JsonObject {
  const image = textAt(container, 'image');
  const base = {
    name: container.name,
    image,
    imageID: `simulated://${image}`,
    ready,
    started: ready,
    restartCount: failure === 'crash' ? 3 : 0,
  };
  if (failure === 'badpull')
    return { ...base, lastState: {}, state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } } };
  if (failure !== 'crash') return { ...base, lastState: {}, state: { running: { startedAt: now } } };
  const lastState = { terminated: { exitCode: 1, reason: 'Error', startedAt: null, finishedAt: now } };
  return { ...base, lastState, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } } };
}

function finished(world: World, pod: JsonObject, exitCode: 0 | 1): JsonObject {
  const status = reported(world, pod, { ready: false, podIP: textAt(pod, 'status', 'podIP') });
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const state = { terminated: { exitCode, reason, startedAt: null, finishedAt: timestamp(world.api.clock) } };
  const containerStatuses = listAt(status, 'containerStatuses').map(one => ({
    ...(one as JsonObject),
    state,
    lastState: {},
    restartCount: 0,
  }));
  return { ...status, phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses };
}

function condition(type: string, isTrue: boolean, now: string): JsonObject & { readonly [key: string]: Json } {
  return { type, status: isTrue ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: now };
}
