import type { Hold, Rollout } from '../model/record.ts';

/** A rollout whose step waits for a person. */
export type HeldRollout = Rollout & { readonly hold: Hold };

/**
 * Whether an answer would be heard: by the step that waits, or where that was killed by the next one. A step that is at work on something else
 * would write over it.
 */
export function isHeld(rollout: Rollout): rollout is HeldRollout {
  const { hold, holder, action, done, stage } = rollout;
  const isOpen = hold !== undefined && hold.answer === undefined && hold.stage === stage && action === 'deploy' && !done;
  return isOpen && (holder === null || holder.process === hold.process);
}
