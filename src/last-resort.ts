/** The end of a run that nothing else would tell. */
import { RolloutError } from './errors.ts';

/** Tells an ending and resolves to the exit code. */
export type Tell = (ending: Error) => Promise<number>;

/**
 * Tells of what would end the process without a word: an event loop that runs dry while something is waited for, an exception that nobody
 * caught, a promise whose failure nobody awaited. The answer ends that.
 */
export function lastResort(tell: Tell): () => void {
  let isTold = false;
  const finish = (ending: Error): void => {
    if (isTold) return;
    isTold = true;
    // Nothing more may be written to the cluster than what is under way: the process ends as soon as it has spoken.
    void tell(ending).finally(() => process.stdout.write('', () => process.exit(1)));
  };
  const dry = (): void => finish(unfinished());
  const thrown = (error: unknown): void => finish(error instanceof Error ? error : new Error(String(error)));
  process.on('beforeExit', dry).on('uncaughtException', thrown).on('unhandledRejection', thrown);
  return () => void process.off('beforeExit', dry).off('uncaughtException', thrown).off('unhandledRejection', thrown);
}

const unfinished = (): RolloutError =>
  new RolloutError(
    'UNFINISHED',
    'The run ended before it was done: it waited for something that will never happen',
    'Run the same action again: it reads the current state and resumes. Or run reject to take everything back.',
  );
