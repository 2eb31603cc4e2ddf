import type { Fault } from './faults.ts';

/** How one exchange ended. */
export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly retryAfterSeconds: number | null }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** What to do after it; `look`: see whether the request arrived before sending it again. */
export type Next =
  | { readonly kind: 'take'; readonly text: string }
  | { readonly kind: 'fail' }
  | { readonly kind: 'login' }
  | { readonly kind: 'repeat' | 'look'; readonly waitMs: number };

/** Whether a call may be sent again: a read may, whatever has become of it; a `recoverable` one after a look whether it arrived. */
export type Fate = 'read' | 'repeatable' | 'recoverable' | 'once';

/** What is known of the attempts so far. */
export interface History {
  readonly number: number;
  readonly elapsedMs: number;
  readonly loggedInAgain: boolean;
  /** The server has answered before. */
  readonly contacted: boolean;
  readonly call: Fate;
}

const FIRST_CONTACT_MS = 2000;
// A managed control plane is away for half a minute when it moves.
const OUTAGE_MS = 30_000;
const BUSY_MS = 60_000;
const ERROR_MS = 10_000;
const LONGEST_WAIT_SECONDS = 30;
const UNANSWERED = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** What a `Retry-After` asks for, in seconds or as a date; null when it says neither. */
export function secondsIn(retryAfter: string | undefined, nowMs: number): number | null {
  if (retryAfter === undefined) return null;
  const seconds = /^\s*[-+]?\d+\s*$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - nowMs) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}

/** Decides what follows an exchange. */
export function next(outcome: Outcome, history: History): Next {
  switch (outcome.kind) {
    case 'fault':
      return afterFault(outcome.fault, history);
    case 'answer':
      return afterAnswer(outcome, history);
  }
}

function afterFault(fault: Fault, history: History): Next {
  // Who took the request and never answered is there.
  const patienceMs = history.contacted || UNANSWERED.includes(fault.code) ? OUTAGE_MS : FIRST_CONTACT_MS;
  if (fault.untrusted || history.elapsedMs > patienceMs) return { kind: 'fail' };
  return fault.sent ? again(history) : { kind: 'repeat', waitMs: backOffMs(history) };
}

function afterAnswer(answer: Outcome & { readonly kind: 'answer' }, history: History): Next {
  if (answer.status >= 200 && answer.status < 300) return { kind: 'take', text: answer.text };
  if (answer.status === 401) return history.loggedInAgain ? { kind: 'fail' } : { kind: 'login' };
  if (answer.status === 429) return afterBusy(answer, history);
  return isPassing(answer, history.call) && history.elapsedMs < ERROR_MS ? again(history) : { kind: 'fail' };
}

function afterBusy(answer: { readonly retryAfterSeconds: number | null }, history: History): Next {
  const askedMs = Math.min(answer.retryAfterSeconds ?? 1, LONGEST_WAIT_SECONDS) * 1000;
  // Who is busy and says "at once" would be asked ten times a second.
  const waitMs = Math.max(askedMs, backOffMs(history));
  return history.elapsedMs + waitMs > BUSY_MS ? { kind: 'fail' } : { kind: 'repeat', waitMs };
}

// What a webhook refuses is a 500 too, and stays.
function isPassing(answer: { readonly status: number; readonly text: string }, call: Fate): boolean {
  if (answer.status === 500) return call === 'read' || /etcdserver: (leader changed|request timed out|too many requests)/.test(answer.text);
  return answer.status >= 502 && answer.status <= 504;
}

function again(history: History): Next {
  switch (history.call) {
    case 'read':
    case 'repeatable':
      return { kind: 'repeat', waitMs: backOffMs(history) };
    case 'recoverable':
      return { kind: 'look', waitMs: backOffMs(history) };
    case 'once':
      return { kind: 'fail' };
  }
}

function backOffMs(history: History): number {
  return Math.min(100 * 2 ** (history.number - 1), 3000);
}
