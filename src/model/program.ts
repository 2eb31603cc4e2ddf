/** Programs of the machine that are run for what they print. */

/** What is run, and where. No shell reads its words. */
export interface Asked {
  readonly program: string;
  readonly args: readonly string[];
  /** Its working directory. */
  readonly directory: string;
}

/** What came of it. */
export interface Printed {
  /** Its standard output, whole where `why` is null. */
  readonly output: Uint8Array;
  /** The end of its standard error. */
  readonly said: string;
  /** Null, or what went wrong as a predicate ("took longer than 60 s"). */
  readonly why: string | null;
  /** True where the machine has no such program. */
  readonly isAbsent: boolean;
}

/** Runs a program within bounds of bytes and time. Never throws. */
export type RunProgram = (asked: Asked) => Promise<Printed>;
