/** A Job at its moment, in operations. */
import { broughtAt, dueAt, goesWithJob } from '../../manifests/phases.ts';
import { refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import type { Due, Phase } from '../../model/phase.ts';
import type { Inputs } from '../../model/request.ts';

/** What a Job needs is there before it, and goes behind it where Helm's policy says so. */
export function running(due: Due): readonly Operation[] {
  const { brings = [] } = due;
  const gone = brings.map(({ object }) => object).filter(goesWithJob);
  return [
    ...brings.map(({ object, force }) => ({ do: 'apply', object, keepLive: [], force }) as const),
    { do: 'run-job', due },
    ...gone.map(object => ({ do: 'remove', ref: refOf(object) }) as const),
  ];
}

/** When Jobs are due, and who asks. */
export interface Moment {
  readonly phase: Phase;
  readonly isFirst: boolean;
  readonly inputs: Pick<Inputs, 'forceConflicts'>;
}

/** The Jobs of the files that are due at a moment, in their order, each with what it needs. */
export function duesAt(
  files: readonly KubeObject[],
  { phase, isFirst, inputs }: Moment,
  { workload, release }: Pick<Due, 'workload' | 'release'>,
): readonly Due[] {
  const brings = broughtAt(files, phase, isFirst).map(object => ({ object, force: inputs.forceConflicts }));
  return dueAt(files, phase, isFirst).map(file => ({ file, phase, workload, release, ...(brings.length > 0 ? { brings } : {}) }));
}
