import { RolloutError } from '../errors.ts';

/** Whether a patch was refused because what it tests for is not there any more: somebody else has written since. */
export function isTestFailed(error: unknown): error is RolloutError {
  if (!(error instanceof RolloutError)) return false;
  return error.code === 'CONFLICT' || (error.code === 'INVALID' && /test(ing)?\b.*(path|failed)|test operation/i.test(error.message));
}
