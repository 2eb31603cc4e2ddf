/** What a step leaves to do behind its job. */
import type { Event } from './model/event.ts';
import type { Inputs } from './model/request.ts';
import { isInstead } from './strategies/index.ts';

/** `reject`: a cancelled deploy or promote is taken back to its end. */
export type Remembered = 'nothing' | 'reject';

/**
 * What is remembered before the first write, for a step that is killed without a word. A version that ran alone is taken back by its
 * revisions: only a step that has begun knows that it is its own.
 */
export const leftByKilled = (inputs: Inputs): Remembered => (isTakenBack(inputs) && !isInstead(inputs.strategy) ? 'reject' : 'nothing');

/** What is left to do when a step has ended like this. */
export function leftBehind(inputs: Inputs, ending: Event | Error | null): Remembered {
  const isCancelled = ending !== null && !(ending instanceof Error) && ending.type === 'failed' && ending.code === 'INTERRUPTED';
  if (!isCancelled || !isTakenBack(inputs)) return 'nothing';
  return isInstead(inputs.strategy) && ending.standing?.isUnmoved ? 'nothing' : 'reject';
}

const isTakenBack = ({ onCancel, dryRun }: Inputs): boolean => onCancel === 'reject' && !dryRun;

/** A platform kills what has not ended ten seconds after it was cancelled: what it may take to give the requests back, and to end. */
export const SECONDS_AFTER_CANCEL = { giveBack: 2.5, end: 3.5 };

/** Remembers it where the run has ended already: what the platform does not keep changes nothing of how. */
export function rememberAtLast({ remember }: { remember?(what: Remembered): void }, what: Remembered, warn: (text: string) => void): void {
  try {
    remember?.(what);
  } catch (error) {
    warn(
      `${error instanceof Error ? error.message : String(error)}. The end of the job may do what an earlier part of the step left it to do.`,
    );
  }
}
