/** Files that are applied in place, in operations: the same ones are shown, asked for by right, tried, and carried out. */
import { at, record } from '../../manifests/json.ts';
import { isPhased } from '../../manifests/phases.ts';
import { toJson } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { Inputs, Request } from '../../model/request.ts';
import { awaited } from '../../readiness/index.ts';
import { isSuspended } from '../../readiness/job.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { waves } from '../world/order-of-kinds.ts';
import { inRounds, turnsOf } from '../world/turns.ts';
import { type Applying, apply, waitFor } from './apply.ts';
import { aroundFiles, type PlacedJob } from './jobs-in-place.ts';
import { dropping, type Pruning, widening } from './pruning.ts';

/** What was read around the files. */
export interface Surroundings {
  readonly jobs: readonly PlacedJob[];
  readonly pruning: Pruning | null;
}

/** The files as they are applied: those that are no Jobs of a moment, with the user's own pace. */
export const filesInPlace = ({ manifests, inputs }: Request): readonly KubeObject[] =>
  manifests.map(({ object }) => withPace(object, inputs)).filter(object => !isPhased(object));

/** How each file is applied, in the order of the files. */
export const appliesInPlace = (files: readonly KubeObject[], request: Request, live: Pick<Live, 'objects'>): readonly Applying[] =>
  files.map(object => apply(object, { request, live }));

/** Everything in its order; the operations of a batch do not depend on each other. */
export function planInPlace(applies: readonly Applying[], { jobs, pruning }: Surroundings, live: Pick<Live, 'objects'>): Batches {
  const { before, after } = aroundFiles(jobs);
  return [...widening(pruning), ...before.map(alone), ...inWaves(applies, live), ...after.map(alone), ...dropping(pruning)];
}

const alone = (operation: Operation): readonly Operation[] => [operation];

/** All of a wave is written before any of it is awaited: what is read then is never older than the writes. */
function inWaves(applies: readonly Applying[], live: Pick<Live, 'objects'>): Batches {
  const objects = applies.map(({ object }) => object);
  const turns = turnsOf(objects, true);
  const rounds = waves(objects).flatMap(wave => inRounds(wave, turns));
  return rounds.flatMap(round => {
    const writes = applies.filter(({ object }) => round.includes(object));
    return [writes, writes.filter(isAwaited).map(({ object }) => waitFor(object, { live, files: objects }))];
  });
}

const isAwaited = ({ do: does, object }: Applying): boolean => does === 'apply' && awaited(object) && !isSuspended(object);

/** The user's own surge and unavailability of a rolling update, in place of the file's. */
function withPace(object: KubeObject, { surge, unavailable }: Inputs): KubeObject {
  if (!isDeployment(object) || (surge === null && unavailable === null)) return object;
  const count = (value: string): string | number => (value.endsWith('%') ? value : Number(value));
  const rollingUpdate = {
    ...record(at(object, 'spec.strategy.rollingUpdate')),
    ...(surge === null ? {} : { maxSurge: count(surge) }),
    ...(unavailable === null ? {} : { maxUnavailable: count(unavailable) }),
  };
  return { ...object, spec: toJson({ ...object.spec, strategy: { type: 'RollingUpdate', rollingUpdate } }) };
}
