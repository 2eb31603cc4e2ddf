/** Jobs: pods until enough of them have come to an end. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { at, listAt, numberAt, objectAt, textAt } from '../json.ts';
import { conditionOf } from './conditions.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { note } from './events.ts';
import { isActive, isReady, ownerKeys, podFrom } from './pods.ts';
import { changeStatus, controlled, counts, create, isGoing, nameOf, remove } from './writes.ts';

/** The Job controller. */
export const jobs: Controller = {
  name: 'job',
  keys: (_, event) => {
    if (event.key === 'batch/jobs') return [keyOf(event.object)];
    return event.key === '/pods' ? ownerKeys(event.object, 'Job') : [];
  },
  reconcile: (world, key) => {
    const job = world.api.store.get('batch/jobs', ...splitKey(key));
    if (job === undefined || isGoing(job)) return null;
    if (isOver(job)) return removeInTime(world, job);
    if (at(job, 'spec', 'suspend') !== true && !hasFailed(world, job)) start(world, job);
    updateStatus(world, job);
    return null;
  },
};

/** What has ended is removed when its time to live is over. */
function removeInTime(world: World, job: JsonObject): number | null {
  const seconds = at(job, 'spec', 'ttlSecondsAfterFinished');
  if (typeof seconds !== 'number') return null;
  const ended =
    ['Complete', 'Failed'].map(type => Date.parse(textAt(conditionOf(job, type), 'lastTransitionTime'))).find(Number.isFinite) ?? 0;
  const left = ended + seconds * 1000 - world.api.clock.now();
  if (left > 0) return left;
  remove(world, job, { propagation: 'Background' });
  return null;
}

function isOver(job: JsonObject): boolean {
  return ['Complete', 'Failed'].some(type => textAt(conditionOf(job, type), 'status') === 'True');
}

/** A pod that ends with an error counts, and so does every restart in place. */
function hasFailed(world: World, job: JsonObject): boolean {
  const pods = controlled(world, '/pods', job);
  const restarts = pods
    .filter(pod => textAt(pod, 'spec', 'restartPolicy') === 'OnFailure')
    .flatMap(pod => listAt(pod, 'status', 'containerStatuses'))
    .reduce<number>((sum, container) => sum + numberAt(container, 0, 'restartCount'), 0);
  return failed(pods) + restarts > numberAt(job, 6, 'spec', 'backoffLimit');
}

function failed(pods: readonly JsonObject[]): number {
  return pods.filter(pod => textAt(pod, 'status', 'phase') === 'Failed').length;
}

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
  const said = (type: string): JsonObject => ({ type, status: 'True', lastProbeTime: now, lastTransitionTime: now, ...WORDS[type] });
  const status = {
    startTime,
    ...counts({ active: active.length, succeeded: succeeded(pods), failed: failed(pods) }),
    ready: active.filter(isReady).length,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(done ? { completionTime: now, conditions: ['SuccessCriteriaMet', 'Complete'].map(said) } : {}),
    ...(!done && hasFailed(world, job) ? { conditions: ['FailureTarget', 'Failed'].map(said) } : {}),
  };
  changeStatus(world, { ...job, status });
  if (done) note(world, job, { type: 'Normal', reason: 'Completed', message: 'Job completed', component: 'job-controller' });
  else if (hasFailed(world, job)) note(world, job, { type: 'Warning', ...EXCEEDED, component: 'job-controller' });
}

const COMPLETED = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
const EXCEEDED = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };

const WORDS: Readonly<Record<string, JsonObject>> = {
  SuccessCriteriaMet: COMPLETED,
  Complete: COMPLETED,
  FailureTarget: EXCEEDED,
  Failed: EXCEEDED,
};
