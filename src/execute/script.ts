import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { RolloutError } from '../errors.ts';
import { recordName } from '../manifests/record.ts';
import type { Operation } from '../model/operation.ts';
import type { Rollout } from '../model/record.ts';
import type { Lease } from './lease.ts';
import { checkpoint, interruption, type Session } from './session.ts';

type Run = Extract<Operation, { do: 'run' }>;

/**
 * Has the user's command set the traffic. The record tells of it before and after: a process that dies in between leaves a note that
 * nobody knows how requests go, so that the next one sets them again.
 * @throws RolloutError SCRIPT_FAILED when the command cannot be run, takes longer than `timeout`, or ends with another code than 0.
 */
export async function runScript(operation: Run, session: Session, lease: Lease): Promise<void> {
  await note(operation, lease, false);
  await run(operation, session);
  await note(operation, lease, true);
}

async function note({ record, service, traffic }: Run, lease: Lease, done: boolean): Promise<void> {
  const rollout = lease.held().find(({ namespace, workload }) => namespace === record.namespace && record.name === recordName(workload));
  if (rollout) await lease.remember(told(rollout, service, done && traffic === null ? null : { traffic: traffic ?? ALL_STABLE, done }));
}

const ALL_STABLE = { weights: { stable: 1000 } } as const;

function told(rollout: Rollout, service: string, what: NonNullable<Rollout['scripted']>[string] | null): Rollout {
  const { [service]: _before, ...others } = rollout.scripted ?? {};
  return { ...rollout, scripted: what ? { ...others, [service]: what } : others };
}

/** A shell only where the command says so: `sh -c "..."`. */
async function run({ command, input }: Run, session: Session): Promise<void> {
  checkpoint(session);
  const [program = '', ...args] = wordsOf(command);
  // A group of its own: what the command started ends with it.
  const child = spawn(program, args, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, detached: HAS_GROUPS });
  for (const stream of [child.stdout, child.stderr])
    void tellLines(stream, text => session.emit({ type: 'progress', text: `${program}: ${text}` }));
  // A command that does not read its input closes it early; its exit code tells whether that was meant.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const why = await endOf(child, session);
  if (session.signal.aborted) throw interruption(session.signal);
  if (why !== null) throw failed(program, why);
}

/** The words of a command line, quotes taken off. */
export const wordsOf = (command: string): readonly string[] =>
  (command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map(word => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));

/** Inputs of the step may hold credentials, which are none of the command's business. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(INPUT|ENDPOINT|SECRET)_/.test(name)));

/** The longest line of a command's output that is told whole. */
const LONGEST_LINE = 2000;

/** Every line as it comes; one that never ends is told in pieces, and nobody waits for its end. */
async function tellLines(stream: Readable, tell: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
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

/** Null when it ended well, or else what happened. */
function endOf(child: ChildProcess, { signal, cluster, request: { inputs } }: Session): Promise<string | null> {
  return new Promise(resolve => {
    let isLate = false;
    let cancelKill = (): void => undefined;
    const stop = (): void => {
      kill(child, 'SIGTERM');
      cancelKill = cluster.time.after(KILL_AFTER_MILLISECONDS, () => kill(child, 'SIGKILL'));
    };
    const cancel = cluster.time.after(inputs.timeoutSeconds * 1000, () => {
      isLate = true;
      stop();
    });
    const end = (why: string | null): void => {
      cancel();
      cancelKill();
      signal.removeEventListener('abort', stop);
      if (isLate || signal.aborted) kill(child, 'SIGKILL');
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      resolve(why);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.on('error', error => end(`could not be started (${'code' in error ? String(error.code) : 'unknown reason'})`));
    const ended = (code: number | null): void =>
      end(isLate ? `took longer than ${inputs.timeoutSeconds} s` : code === 0 ? null : `ended with exit code ${String(code)}`);
    child.on('close', ended);
    // A child of the command's may hold the pipe long after the command has ended.
    child.on('exit', code => void cluster.time.after(OUTPUT_MILLISECONDS, () => ended(code)));
  });
}

const failed = (program: string, why: string): RolloutError =>
  new RolloutError(
    'SCRIPT_FAILED',
    `the script ${program}, which sets the traffic, ${why}`,
    'Its output is above. Run it by hand with the JSON that the reference shows on its standard input, then run the action again.',
  );
