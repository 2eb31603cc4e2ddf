import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
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
  const child = spawn(program, args, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', text => session.emit({ type: 'progress', text: `${program}: ${text}` }));
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

/** Null when it ended well, or else what happened. */
function endOf(child: ChildProcess, { signal, cluster, request: { inputs } }: Session): Promise<string | null> {
  return new Promise(resolve => {
    const stop = (): boolean => child.kill();
    let isLate = false;
    const cancel = cluster.time.after(inputs.timeoutSeconds * 1000, () => {
      isLate = true;
      stop();
    });
    const end = (why: string | null): void => {
      cancel();
      signal.removeEventListener('abort', stop);
      resolve(why);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.on('error', error => end(`could not be started (${'code' in error ? String(error.code) : 'unknown reason'})`));
    child.on('close', code =>
      end(isLate ? `took longer than ${inputs.timeoutSeconds} s` : code === 0 ? null : `ended with exit code ${String(code)}`),
    );
  });
}

const failed = (program: string, why: string): RolloutError =>
  new RolloutError(
    'SCRIPT_FAILED',
    `the script ${program}, which sets the traffic, ${why}`,
    'Its output is above. Run it by hand with the JSON that the reference shows on its standard input, then run the action again.',
  );
