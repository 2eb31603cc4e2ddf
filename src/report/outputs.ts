import type { Event } from '../model/event.ts';

type Outputs = Readonly<Record<string, string>>;

/**
 * The step's outputs by name. Of an outcome `status`, `release`, `weights` (JSON on a scale of 1000) and `canary-share` (percent), and `url` where one is known; of a failure
 * `status`, `code`, `reason`, `traffic` and, where they are known, `release` and `weights`. What a dry run would have done is no status that a step behind it may go by.
 */
export function outputsOf(ending: Event | Error | null): Outputs {
  if (ending === null || ending instanceof Error)
    return { status: 'failed', code: 'BUG', reason: ending?.message ?? '', traffic: 'unknown' };
  if (ending.type === 'failed') return failureOutputs(ending);
  if (ending.type !== 'outcome') return {};
  const { outcome } = ending;
  return {
    status: outcome.dryRun ? 'planned' : outcome.status,
    release: outcome.release ?? '',
    weights: JSON.stringify(outcome.weights),
    'canary-share': String(outcome.canaryShare),
    ...(outcome.url ? { url: outcome.url } : {}),
  };
}

function failureOutputs({ code, message, standing }: Extract<Event, { readonly type: 'failed' }>): Outputs {
  const shares = Object.keys(standing?.weights ?? {}).length === 0 ? {} : { weights: JSON.stringify(standing?.weights) };
  const release = standing?.release ? { release: standing.release } : {};
  return { status: 'failed', ...release, code, reason: message, traffic: standing?.traffic ?? 'unknown', ...shares };
}
