/** Commands of the user's: run without a shell, within a time, and ended with all that they have started. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Asked, Printed } from '../../model/program.ts';
import type { Time } from '../../model/time.ts';

/** What is run. `input` is on its standard input; each line that it writes is heard as it comes. */
export interface Command {
  readonly command: string;
  readonly input: string;
  readonly timeoutSeconds: number;
  onLine(line: string, from: 'stdout' | 'stderr'): void;
}

/** By whose time it waits, and what ends it early. */
export interface Bounds {
  readonly time: Time;
  readonly signal: AbortSignal;
}

/** How it ended: null, or what went wrong as a predicate ("took longer than 5 s"); the code where it ended by itself. */
export interface End {
  readonly why: string | null;
  readonly code: number | null;
}

/** Runs a command to its end. A shell only where the command says so: `sh -c "..."`. Never throws. */
export async function runCommand({ command, input, timeoutSeconds, onLine }: Command, bounds: Bounds): Promise<End> {
  const [program = '', ...args] = wordsOf(command);
  // A group of its own: what the command started ends with it.
  const child = begin({ program, args, directory: process.cwd() });
  const flood = openFlood(MOST_PRINTED_BYTES);
  const told = (['stdout', 'stderr'] as const).map(from =>
    tellLines(child[from], { count: flood.count, tell: line => void (flood.signal.aborted || onLine(line, from)) }),
  );
  // A command that does not read its input closes it early; its exit code tells whether that was meant.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const end = await endOf(child, { ...bounds, signal: AbortSignal.any([bounds.signal, flood.signal]), timeoutSeconds });
  await Promise.all(told);
  return flood.signal.aborted ? { why: flood.why, code: null } : end;
}

/** What prints more than this goes on for ever, and nothing else is done in the meantime. */
const MOST_PRINTED_BYTES = 10_000_000;

interface Flood {
  readonly signal: AbortSignal;
  readonly why: string;
  count(chunk: Uint8Array): void;
}

/** Aborts once more has been counted than was to come. */
function openFlood(mostBytes: number): Flood {
  const over = new AbortController();
  let size = 0;
  return {
    signal: over.signal,
    why: `printed more than ${mostBytes / 1_000_000} MB`,
    count: chunk => {
      size += chunk.length;
      if (size > mostBytes) over.abort();
    },
  };
}

/** How much of a program's output is taken, and how long it may take. */
export interface Most {
  readonly bytes: number;
  readonly seconds: number;
}

/** Runs a program to its end for what it prints: all of it within `most`, or a fault. Never throws. */
export async function outputOf(asked: Asked, most: Most, { time, signal }: Bounds): Promise<Printed> {
  const child = begin(asked);
  const flood = openFlood(most.bytes);
  const chunks: Uint8Array[] = [];
  let [said, isAbsent] = ['', false];
  child.stdout.on('data', (chunk: Uint8Array) => {
    flood.count(chunk);
    if (!flood.signal.aborted) chunks.push(chunk);
  });
  child.stderr.on('data', (chunk: Uint8Array) => {
    said = (said + Buffer.from(chunk).toString('utf8')).slice(-MOST_SAID);
  });
  child.on('error', error => {
    isAbsent = 'code' in error && error.code === 'ENOENT';
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end();
  const stop = AbortSignal.any([signal, flood.signal]);
  const { why } = await endOf(child, { time, signal: stop, timeoutSeconds: most.seconds, isWhole: true });
  return { output: Buffer.concat(chunks), said, why: flood.signal.aborted ? flood.why : why, isAbsent };
}

/** So much of the end of what it complains is kept. */
const MOST_SAID = 8000;

const begin = ({ program, args, directory }: Asked): ChildProcessWithoutNullStreams =>
  spawn(program, [...args], {
    cwd: directory,
    env: environment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached: HAS_GROUPS,
  });

/** The words of a command line, quotes taken off. */
export const wordsOf = (command: string): readonly string[] =>
  (command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map(word => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));

/** Inputs of the step may hold credentials, which are none of the command's business. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(INPUT|ENDPOINT|SECRET)_/.test(name)));

/** The longest line of a command's output that is told whole. */
const LONGEST_LINE = 2000;

/** What hears a command. */
interface Ears {
  count(chunk: Uint8Array): void;
  tell(line: string): void;
}

/** Every line as it comes; one that never ends is told in pieces, and nobody waits for its end. */
async function tellLines(stream: Readable, { tell, count }: Ears): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      count(chunk);
      const pieces = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      rest = pieces.pop() ?? '';
      for (const line of pieces) tell(line.slice(0, LONGEST_LINE));
      if (rest.length > LONGEST_LINE) {
        tell(rest.slice(0, LONGEST_LINE));
        rest = '';
      }
    }
  } catch {
    // The pipe was closed over a command that has ended: what it said by then is told.
  }
  if (rest !== '') tell(rest);
}

const HAS_GROUPS = process.platform !== 'win32';

/** From the first request to end to the last one, which nothing can ignore; and how long output may come behind an end. */
const KILL_AFTER_MILLISECONDS = 2000;
const OUTPUT_MILLISECONDS = 300;

function kill(child: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, how);
    else child.kill(how);
  } catch {
    // It has ended by itself.
  }
}

interface Until extends Bounds {
  readonly timeoutSeconds: number;
  /** Whether all that it prints is wanted, however late. */
  readonly isWhole?: boolean;
}

function endOf(child: ChildProcess, { signal, time, timeoutSeconds, isWhole = false }: Until): Promise<End> {
  return new Promise(resolve => {
    let isLate = false;
    const waits: (() => void)[] = [];
    const wait = (milliseconds: number, task: () => void): void => void waits.push(time.after(milliseconds, task));
    const stop = (): void => {
      kill(child, 'SIGTERM');
      wait(KILL_AFTER_MILLISECONDS, () => kill(child, 'SIGKILL'));
    };
    wait(timeoutSeconds * 1000, () => {
      isLate = true;
      stop();
    });
    const end = (why: string | null, code: number | null): void => {
      for (const cancel of waits) cancel();
      signal.removeEventListener('abort', stop);
      if (isLate || signal.aborted) kill(child, 'SIGKILL');
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      resolve({ why, code });
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.on('error', error => end(`could not be started (${'code' in error ? String(error.code) : 'unknown reason'})`, null));
    const ended = (code: number | null): void =>
      end(
        isLate ? `took longer than ${timeoutSeconds} s` : code === 0 ? null : `ended with exit code ${String(code)}`,
        isLate ? null : code,
      );
    child.on('close', ended);
    // A child of the command's may hold the pipe long after the command has ended.
    if (!isWhole) child.on('exit', code => wait(OUTPUT_MILLISECONDS, () => ended(code)));
  });
}
