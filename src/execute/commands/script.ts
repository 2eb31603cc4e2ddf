import { RolloutError } from '../../errors.ts';
import { recordName } from '../../manifests/record.ts';
import type { Operation } from '../../model/operation.ts';
import type { Rollout } from '../../model/record.ts';
import { ALL_STABLE } from '../../model/stage.ts';
import type { Lease } from '../lease.ts';
import { checkpoint, interruption, type Session } from '../session.ts';
import { runCommand, wordsOf } from './process.ts';

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

function told(rollout: Rollout, service: string, what: NonNullable<Rollout['scripted']>[string] | null): Rollout {
  const { [service]: _before, ...others } = rollout.scripted ?? {};
  return { ...rollout, scripted: what ? { ...others, [service]: what } : others };
}

/** A longer line is cut in the log. */
const MOST_LINES = 1000;

async function run({ command, input }: Run, session: Session): Promise<void> {
  checkpoint(session);
  const { signal, cluster, request } = session;
  const program = wordsOf(command)[0] ?? '';
  const say = (text: string): void => session.emit({ type: 'progress', text: `${program}: ${text}` });
  let lines = 0;
  const onLine = (text: string): void => {
    lines += 1;
    if (lines <= MOST_LINES) say(text);
    else if (lines === MOST_LINES + 1) say('(what it prints beyond that is not shown)');
  };
  const { why } = await runCommand(
    { command, input, timeoutSeconds: request.inputs.timeoutSeconds, onLine },
    { signal, time: cluster.time },
  );
  if (signal.aborted) throw interruption(signal);
  if (why !== null) throw failed(program, why);
}

const failed = (program: string, why: string): RolloutError =>
  new RolloutError(
    'SCRIPT_FAILED',
    `the script ${program}, which sets the traffic, ${why}`,
    'Its output is above. Run it by hand with the JSON that the reference shows on its standard input, then run the action again.',
  );
