/** What a process is told that has lost its claim, or never had it. */
import { RolloutError } from '../../errors.ts';
import { nameOf } from '../../manifests/refs.ts';
import type { Ref } from '../../model/kube.ts';
import { isGone, isOutrun, isTaken } from './refusals.ts';

/** Throws what a claim is told that comes too late: the record is no longer as it was read. */
export function asTooLate(error: unknown): never {
  throw isOutrun(error) || isTaken(error) || isGone(error) ? takenOver(error) : error;
}

/** Throws what a write of the record is told whose claim does not stand any more. */
export function asLost(error: unknown, record: Ref): never {
  if (isGone(error)) throw gone(record, error);
  throw isOutrun(error) ? takenOver(error) : error;
}

const takenOver = (cause: unknown): RolloutError =>
  new RolloutError(
    'CONCURRENT_ROLLOUT',
    'another run has taken over this rollout, so this one stops writing',
    '`kubectl canary status` shows which run holds it. Wait for that run, then run this again if you still need it.',
    { cause },
  );

const gone = (record: Ref, cause: unknown): RolloutError =>
  new RolloutError(
    'CONCURRENT_ROLLOUT',
    `the record of this rollout, ${nameOf(record)}, is gone, so this run stops writing`,
    'Somebody deleted it, or another run took over and ended. Run this again if it is still needed, or run reject to take back what is left.',
    { cause },
  );
