/** Ctrl-C and the agent's cancel. */
import { RolloutError } from './errors.ts';
import type { Line } from './report/line.ts';

/** npm and other shells between hand a Ctrl-C on that the terminal has sent to all of them: within this time it is the same one. */
const SAME_SIGNAL_MS = 300;

/** Aborts `signal` on the first SIGINT or SIGTERM and ends the process on the second; `close` gives the signals back. */
export interface Interruption {
  readonly signal: AbortSignal;
  close(): void;
}

/** Listens from now on. */
export function interruption(say: (line: Line) => void): Interruption {
  const controller = new AbortController();
  let first = 0;
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted && performance.now() - first < SAME_SIGNAL_MS) return;
    if (controller.signal.aborted) process.exit(130);
    first = performance.now();
    say({
      level: 'warning',
      title: 'Rollout',
      text: `${name}: stopping after the current request. A second one stops at once.`,
    });
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: controller.signal, close: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
}

/** The promise's value, unless the signal aborts first; for waits before anything is written. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(interrupted());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * What the source yields; once the signal aborted it has so many seconds to come to an end of its own, then INTERRUPTED is thrown. Null: all
 * the time that it needs.
 */
export async function* endingSoon<T>(source: AsyncGenerator<T>, signal: AbortSignal, graceSeconds: number | null): AsyncGenerator<T> {
  const late = lateAfter(signal, graceSeconds);
  try {
    for (;;) {
      const next = await Promise.race([source.next(), late.promise]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    late.cancel();
  }
}

interface Late {
  readonly promise: Promise<never>;
  cancel(): void;
}

/** Fails when the time after the abort is over; the API server did not answer then, or a proxy before it. */
function lateAfter(signal: AbortSignal, graceSeconds: number | null): Late {
  const cancelled = new AbortController();
  const promise = new Promise<never>((_, reject) => {
    const start = (): void => {
      const timer = setTimeout(() => reject(unanswered()), (graceSeconds ?? 0) * 1000);
      cancelled.signal.addEventListener('abort', () => clearTimeout(timer));
    };
    if (graceSeconds === null) return;
    if (signal.aborted) start();
    else signal.addEventListener('abort', start, { once: true, signal: cancelled.signal });
  });
  promise.catch(() => undefined);
  return { promise, cancel: () => cancelled.abort() };
}

function interrupted(): RolloutError {
  return new RolloutError('INTERRUPTED', 'The run was interrupted before anything was written.', 'Run it again.');
}

function unanswered(): RolloutError {
  return new RolloutError(
    'INTERRUPTED',
    'The run was interrupted while a request had no answer; it is not known whether the API server carried it out.',
    'Run it again: it reads the current state and resumes. Or reject.',
  );
}
