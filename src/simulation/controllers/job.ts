/** Jobs: pods until enough of them have come to an end. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { at, numberAt, objectAt, textAt } from '../json.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { isActive, isReady, ownerKeys, podFrom } from './pods.ts';
import { changeStatus, controlled, counts, create, isGoing, nameOf } from './writes.ts';

/** The Job controller. */
export const jobs: Controller = {
  name: 'job',
  keys: (_, event) => {
    if (event.key === 'batch/jobs') return [keyOf(event.object)];
    return event.key === '/pods' ? ownerKeys(event.object, 'Job') : [];
  },
  reconcile: (world, key) => {
    const job = world.api.store.get('batch/jobs', ...splitKey(key));
    if (job === undefined || isGoing(job) || textAt(job, 'status', 'completionTime') !== '') return null;
    if (at(job, 'spec', 'suspend') !== true) start(world, job);
    updateStatus(world, job);
    return null;
  },
};

function start(world: World, job: JsonObject): void {
  const pods = controlled(world, '/pods', job);
  const left = numberAt(job, 1, 'spec', 'completions') - succeeded(pods);
  const missing = Math.min(left, numberAt(job, 1, 'spec', 'parallelism')) - pods.filter(isActive).length;
  for (let i = 0; i < missing; i += 1) create(world, podFrom(job, objectAt(job, 'spec', 'template'), { generateName: `${nameOf(job)}-` }));
}

function succeeded(pods: readonly JsonObject[]): number {
  return pods.filter(pod => textAt(pod, 'status', 'phase') === 'Succeeded').length;
}

function updateStatus(world: World, job: JsonObject): void {
  const pods = controlled(world, '/pods', job);
  const now = timestamp(world.api.clock);
  const startTime = textAt(job, 'status', 'startTime') || now;
  const done = succeeded(pods) >= numberAt(job, 1, 'spec', 'completions');
  const active = pods.filter(isActive);
  const said = (type: string): JsonObject => {
    const reason = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
    return { type, status: 'True', lastProbeTime: now, lastTransitionTime: now, ...reason };
  };
  const status = {
    startTime,
    ...counts({ active: active.length, succeeded: succeeded(pods) }),
    ready: active.filter(isReady).length,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(done ? { completionTime: now, conditions: [said('SuccessCriteriaMet'), said('Complete')] } : {}),
  };
  changeStatus(world, { ...job, status });
}
