/** How a run ended, as the event that is told of it. */

import { UNMOVED } from './actions/standing.ts';
import { RolloutError } from './errors.ts';
import type { Event } from './model/event.ts';
import { type Verdict, worstOf } from './model/metrics.ts';

/** Whatever was thrown as the last event; what is no RolloutError is a bug of ours. */
export function failure(error: unknown): Event | Error {
  if (error instanceof RolloutError) return { type: 'failed', code: error.code, message: error.message, hint: error.hint };
  return error instanceof Error ? error : new Error(String(error));
}

/** What the platform knows of a server that was not reached comes behind what can be said of any. */
export function advised(ending: Event | Error | null, whereUnreachable: string | undefined): Event | Error | null {
  const isServer = !(ending instanceof Error) && ending?.type === 'failed' && ending.code === 'UNREACHABLE';
  return isServer && whereUnreachable ? { ...ending, hint: `${ending.hint} ${whereUnreachable}` } : ending;
}

/** A run that ended before its rollout began has moved no request. */
export function unmoved(ending: Event | Error): Event | Error {
  return ending instanceof Error || ending.type !== 'failed' ? ending : { ...ending, standing: UNMOVED };
}

/** Tells the worst verdict so far, as they come; a step behind one that found nothing to be judged finds a verdict all the same. */
export function verdictTeller(platform: { output(name: string, value: string): void }): (event: Event) => void {
  const verdicts: Verdict[] = [];
  return event => {
    if (event.type === 'analysed') {
      verdicts.push(event.verdict);
      platform.output('verdict', worstOf(verdicts));
    } else if (event.type === 'failed' && event.code === 'NO_DATA' && verdicts.length === 0) {
      platform.output('verdict', 'no-data');
    }
  };
}
