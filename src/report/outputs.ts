import type { Outcome } from '../model/event.ts';

/** The step's outputs by name: `status`, `release`, `weights` (JSON on a scale of 1000) and `canary-share` (percent). */
export function outputs(outcome: Outcome): Readonly<Record<string, string>> {
  return {
    status: outcome.status,
    release: outcome.release ?? '',
    weights: JSON.stringify(outcome.weights),
    'canary-share': String(outcome.canaryShare),
  };
}
