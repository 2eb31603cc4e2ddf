const patienceMs = 2000;
/** Of a run that was cancelled: whoever did it waits for some seconds only. */
const patienceOfCancelledMs = 500;
const CANCELLED = 130;

/**
 * Runs a program and exits with its code. The process is red from its first line on: whatever ends it before the program has told its code, exits
 * with 1. Who reads its output may stop reading, as `head` does: the program goes on without being heard.
 */
export function runToItsEnd(program: () => Promise<number>): void {
  process.exitCode = 1;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  void program().then(exitWith);
}

/** Ends the process with the code as soon as its output is written; something that was left open does not hold it up for long. */
export function exitWith(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), code === CANCELLED ? patienceOfCancelledMs : patienceMs).unref();
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
