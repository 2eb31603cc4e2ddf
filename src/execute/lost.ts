/** What a process is told that has lost its claim, or never had it. */
import { RolloutError } from '../errors.ts';
import { nameOf } from '../manifests/refs.ts';
import type { Ref } from '../model/kube.ts';

/** Throws what a claim that comes too late is told: what was read is no longer so. */
export function asOutrun(error: unknown): never {
  throw isOf(error, ['CONFLICT', 'ALREADY_EXISTS', 'NOT_FOUND']) ? takenOver(error) : error;
}

/** Throws what a write is told whose claim does not stand any more. */
export function asLost(error: unknown, record: Ref): never {
  if (isOf(error, ['NOT_FOUND'])) throw gone(record, error);
  throw isOf(error, ['CONFLICT']) ? takenOver(error) : error;
}

const isOf = (error: unknown, codes: readonly string[]): boolean => error instanceof RolloutError && codes.includes(error.code);

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
