/** What no canary inside one object can be, whether a StatefulSet's or a DaemonSet's. */
import { RolloutError } from '../../errors.ts';
import type { Inputs } from '../../model/request.ts';
import { titleOf } from '../../workloads/index.ts';
import type { App } from '../world/app.ts';

/** What cannot be, and what to do instead. */
export type Refusal = readonly [what: string, remedy: string];

/** The refusal where it holds. */
export const where = (holds: boolean, ...refusal: Refusal): readonly Refusal[] => (holds ? [refusal] : []);

/** @throws RolloutError UNSUPPORTED for the first of the refusals. */
export function refuseFirst(app: App, [first]: readonly Refusal[]): void {
  if (first) throw new RolloutError('UNSUPPORTED', `${titleOf(app)}: ${first[0]}`, first[1]);
}

/** Pods of both versions read the same configuration. */
export const copied = ({ distinction }: App): readonly Refusal[] =>
  (distinction?.copies ?? []).map(({ kind, name }) => [
    `the release changes ${kind} ${name}, which pods of both versions would read`,
    'Give the new content its own name (as kustomize’s generators do), or apply both at once with strategy: none.',
  ]);

/** Why the old version cannot stand beside it as a copy, why its requests cannot be split, and what to do instead. */
export interface Whys {
  readonly baseline: Refusal;
  readonly split: Refusal;
}

/** What is asked for beside the canary that only Deployments can have. */
export function askedToo({ isBaselineAsked, router, ...inputs }: Inputs, { baseline, split: [why, remedy] }: Whys): readonly Refusal[] {
  return [
    ...where(isBaselineAsked === true, ...baseline),
    ...where(
      !router.some(name => name === 'pod' || name === 'auto'),
      `traffic-split-method ${router.join()} cannot split its requests: ${why}`,
      remedy,
    ),
    ...judged(inputs),
  ];
}

/** What is judged are requests that a route splits. */
const judged = ({ soakSeconds, probes, compares }: Pick<Inputs, 'soakSeconds' | 'probes' | 'compares'>): readonly Refusal[] =>
  where(
    soakSeconds > 0 || probes.length > 0 || compares.length > 0,
    'soak, metrics, probe and compare are for Deployments',
    'Leave them out, and check the pods of the new version before you promote.',
  );
