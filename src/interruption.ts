/** Ctrl-C and the agent's cancel. */
import { RolloutError } from './errors.ts';
import type { Line } from './report/line.ts';

/** Aborts `signal` on the first SIGINT or SIGTERM and ends the process on the second; `close` gives the signals back. */
export interface Interruption {
  readonly signal: AbortSignal;
  close(): void;
}

/** Listens from now on. */
export function interruption(say: (line: Line) => void): Interruption {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130);
    say({ level: 'warning', text: `${name}: stopping after the request that is under way. A second one ends it at once.` });
    controller.abort(interrupted());
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

function interrupted(): RolloutError {
  return new RolloutError('INTERRUPTED', 'The run was interrupted before anything was written.', 'Run it again.');
}
