/** A Job at its moment, in operations. */
import { broughtAt, goesWithJob } from '../../manifests/phases.ts';
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

/** What the Jobs of a moment need. */
export const bringsAt = (files: readonly KubeObject[], { phase, isFirst, inputs }: Moment): Pick<Due, 'brings'> => {
  const brings = broughtAt(files, phase, isFirst).map(object => ({ object, force: inputs.forceConflicts }));
  return brings.length > 0 ? { brings } : {};
};
