const patienceMs = 2000;

/** Ends the process with the code as soon as its output is written; something that was left open does not hold it up for long. */
export function exitWith(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), patienceMs).unref();
}
