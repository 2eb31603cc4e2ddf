/** The terminal as a platform. */
import { hostname, userInfo } from 'node:os';
import type { Platform } from '../src/entry.ts';
import type { Line } from '../src/report/line.ts';
import type { Environment } from '../src/runs/environment.ts';
import { azurePullRequest, githubPullRequest } from '../src/runs/pull-request.ts';
import { terminalRun } from '../src/runs/terminal.ts';
import type { Arguments } from './arguments.ts';

/** Where text goes; `colour` is true for a person who did not ask for NO_COLOR. */
export interface Streams {
  out(text: string): void;
  err(text: string): void;
  readonly colour: boolean;
  /** Takes the last lines away; absent where what was written stays, as in a file. */
  over?(lines: number): void;
  /** How many characters a line of help has. */
  readonly width: number;
}

/** The streams of this process. */
export function processStreams(environment: Environment): Streams {
  const { NO_COLOR: plain, TERM: term } = environment;
  return {
    out: text => void process.stdout.write(`${text}\n`),
    err: text => void process.stderr.write(`${text}\n`),
    colour: process.stdout.isTTY === true && (plain === undefined || plain === '') && term !== 'dumb',
    ...(process.stdout.isTTY === true && term !== 'dumb' ? { over: lines => void process.stdout.write(`\u001b[${lines}A\u001b[J`) } : {}),
    width: process.stdout.columns ?? 80,
  };
}

/** A terminal whose user gave these arguments. `flush` writes what waits for the end: the outcome as JSON. */
export function terminal(given: Arguments, streams: Streams, version: string): Platform & { flush(): void } {
  const json = given.output === 'json';
  const outcome: Record<string, unknown> = {};
  const drawing = openDrawing(streams);
  return {
    dialect: 'terminal',
    version,
    run: terminalRun(given.run, process.env, { user: userName(), host: hostname() }),
    directory: process.cwd(),
    raw: () => given.inputs,
    connection: async ({ kubeconfig, context, skipTlsVerify }) => ({ kubeconfig, context, skipTlsVerify }),
    ...(json || !streams.over ? {} : { draw: drawing.draw }),
    print: line => {
      drawing.clear();
      if (line.level !== 'end-group') (json || line.level === 'error' ? streams.err : streams.out)(coloured(line, streams.colour));
    },
    mask: () => undefined,
    output: (name, value) => {
      outcome[name] = name === 'weights' ? JSON.parse(value) : value;
    },
    summarise: async () => undefined,
    fail: () => undefined,
    reviewing: () => {
      const at = githubPullRequest(process.env) ?? azurePullRequest(process.env);
      return at && { at, token: process.env[at.on === 'github' ? 'GITHUB_TOKEN' : 'SYSTEM_ACCESSTOKEN'] || null };
    },
    flush: () => {
      if (json && Object.keys(outcome).length > 0) streams.out(JSON.stringify(outcome, null, 2));
    },
  };
}

/** A container may run under a user id without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

const codes = { plain: '', heading: '1', notice: '', warning: '33', error: '31', group: '', 'end-group': '' } as const;

function coloured({ level, text }: Line, colour: boolean): string {
  const marked = level === 'warning' ? `Warning: ${text}` : level === 'error' ? `Error: ${text}` : text;
  return colour && codes[level] !== '' ? `\u001b[${codes[level]}m${marked}\u001b[0m` : marked;
}

/** Lines at the end of the screen that are written over. */
function openDrawing({ out, over, width }: Pick<Streams, 'out' | 'over' | 'width'>) {
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) over?.(drawn);
    drawn = 0;
  };
  const draw = (lines: readonly string[]): void => {
    clear();
    // A line that is broken in two would be two lines to take away.
    for (const line of lines) out(line.slice(0, width - 1));
    drawn = lines.length;
  };
  return { draw, clear };
}
