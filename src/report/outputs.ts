import type { Event } from '../model/event.ts';

type Outputs = Readonly<Record<string, string>>;

/**
 * The step's outputs by name. Of an outcome `status`, `release`, `weights` (JSON on a scale of 1000) and `canary-share` (percent); of a failure
 * `status`, `code`, `reason` and `traffic`. What a dry run would have done is no status that a step behind it may go by.
 */
export function outputsOf(ending: Event | Error | null): Outputs {
  if (ending === null || ending instanceof Error)
    return { status: 'failed', code: 'BUG', reason: ending?.message ?? '', traffic: 'unknown' };
  if (ending.type === 'failed')
    return { status: 'failed', code: ending.code, reason: ending.message, traffic: ending.traffic ?? 'unknown' };
  if (ending.type !== 'outcome') return {};
  const { outcome } = ending;
  return {
    status: outcome.dryRun ? 'planned' : outcome.status,
    release: outcome.release ?? '',
    weights: JSON.stringify(outcome.weights),
    'canary-share': String(outcome.canaryShare),
  };
}
