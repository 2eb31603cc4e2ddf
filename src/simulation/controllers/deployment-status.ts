/** A Deployment's status: counts, and whether it is available and getting on. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { at, listAt, numberAt, stringsAt, textAt } from '../json.ts';
import { type Condition, conditionOf, withCondition, without } from './conditions.ts';
import type { World } from './controller.ts';
import { type Family, margins, revisionOf } from './replica-sets.ts';
import { changeStatus, counts, nameOf } from './writes.ts';

interface Counts {
  /** Pods that the sets ask for, there or not. */
  readonly wanted: number;
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

/** Writes the status; the answer is the milliseconds until the progress deadline should be looked at, or null. */
export function updateDeploymentStatus(world: World, deployment: JsonObject, family: Family): number | null {
  const now = countsOf(family);
  const conditions = [available(deployment, now), progressing(world, deployment, { family, now })].reduce<readonly Json[]>(
    (all, condition) => (condition === null ? all : withCondition(all, condition, timestamp(world.api.clock))),
    withFailure(world, deployment, family),
  );
  const { replicas, updated, ready, available: usable } = now;
  const status = {
    observedGeneration: at(deployment, 'metadata', 'generation'),
    ...counts({
      replicas,
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: usable,
      unavailableReplicas: Math.max(0, now.wanted - usable),
    }),
    conditions,
  };
  const revision = family.current === null ? undefined : String(revisionOf(family.current) || 1);
  const annotations = {
    ...stringsAt(deployment, 'metadata', 'annotations'),
    ...(revision === undefined ? {} : { 'deployment.kubernetes.io/revision': revision }),
  };
  const written = changeStatus(world, { ...deployment, metadata: { ...(deployment.metadata as JsonObject), annotations }, status });
  return deadlineIn(world, written);
}

function countsOf({ current, old }: Family): Counts {
  const sets = [...(current === null ? [] : [current]), ...old];
  const sum = (field: string): number => sets.reduce((total, set) => total + numberAt(set, 0, 'status', field), 0);
  return {
    wanted: sets.reduce((total, set) => total + numberAt(set, 0, 'spec', 'replicas'), 0),
    replicas: sum('replicas'),
    updated: numberAt(current, 0, 'status', 'replicas'),
    ready: sum('readyReplicas'),
    available: sum('availableReplicas'),
  };
}

function available(deployment: JsonObject, now: Counts): Condition {
  const least =
    numberAt(deployment, 1, 'spec', 'replicas') -
    (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate' ? 0 : margins(deployment).unavailable);
  return now.available >= least
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

interface Progress {
  readonly family: Family;
  readonly now: Counts;
}

/** Null: as it stands. */
function progressing(world: World, deployment: JsonObject, progress: Progress): Condition | null {
  const before = conditionOf(deployment, 'Progressing');
  if (at(deployment, 'spec', 'paused') === true) return said('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (before.reason === 'DeploymentPaused') return said('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  const set = progress.family.current === null ? `Deployment "${nameOf(deployment)}"` : `ReplicaSet "${nameOf(progress.family.current)}"`;
  if (before.type === undefined && progress.family.current !== null) {
    return said('True', 'NewReplicaSetCreated', `Created new replica set "${nameOf(progress.family.current)}"`);
  }
  if (isComplete(deployment, progress.now)) return said('True', 'NewReplicaSetAvailable', `${set} has successfully progressed.`);
  if (hasMoved(deployment, progress.now)) return said('True', 'ReplicaSetUpdated', `${set} is progressing.`);
  if (!isFinished(before, progress.now) && isLate(world, deployment))
    return said('False', 'ProgressDeadlineExceeded', `${set} has timed out progressing.`);
  return null;
}

const isFinished = ({ reason }: Partial<Condition>, { updated, replicas }: Counts): boolean =>
  reason === 'NewReplicaSetAvailable' && updated === replicas;

const isLate = (world: World, deployment: JsonObject): boolean => (deadlineIn(world, deployment) ?? 1) <= 0;

function said(status: Condition['status'], reason: string, message: string): Condition {
  return { type: 'Progressing', status, reason, message };
}

function isComplete(deployment: JsonObject, now: Counts): boolean {
  const wanted = numberAt(deployment, 1, 'spec', 'replicas');
  return now.updated === wanted && now.replicas === wanted && now.available === wanted;
}

function hasMoved(deployment: JsonObject, now: Counts): boolean {
  const before = (field: string): number => numberAt(deployment, 0, 'status', field);
  const oldNow = now.replicas - now.updated;
  const oldBefore = before('replicas') - before('updatedReplicas');
  return (
    now.updated > before('updatedReplicas') ||
    oldNow < oldBefore ||
    now.ready > before('readyReplicas') ||
    now.available > before('availableReplicas')
  );
}

function withFailure(world: World, deployment: JsonObject, { current, old }: Family): readonly Json[] {
  const before = listAt(deployment, 'status', 'conditions');
  const failing = [...(current === null ? [] : [current]), ...old]
    .map(set => conditionOf(set, 'ReplicaFailure'))
    .find(condition => condition.type !== undefined);
  if (failing === undefined) return without(before, 'ReplicaFailure');
  const failure: Condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: textAt(failing, 'reason'),
    message: textAt(failing, 'message'),
  };
  return withCondition(before, failure, timestamp(world.api.clock));
}

/** Milliseconds until the rollout counts as stuck; null when it is done or was said to be. */
function deadlineIn(world: World, deployment: JsonObject): number | null {
  const condition = conditionOf(deployment, 'Progressing');
  const isOver = ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'].includes(textAt(condition, 'reason'));
  if (condition.type === undefined || isOver) return null;
  const seconds = numberAt(deployment, 600, 'spec', 'progressDeadlineSeconds');
  return Date.parse(textAt(condition, 'lastUpdateTime')) + (seconds + 1) * 1000 - world.api.clock.now();
}
