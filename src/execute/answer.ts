/** The wait of a step for a person, whose answer reaches it by the record. */
import { RolloutError } from '../errors.ts';
import { decode, recordName } from '../manifests/record.ts';
import { nameOfVersion, seenBy } from '../manifests/versions.ts';
import type { Operation } from '../model/operation.ts';
import type { Answer, Hold, Rollout } from '../model/record.ts';
import type { Lease } from './lease.ts';
import { pause, type Session } from './session.ts';

type Asked = Pick<Extract<Operation, { do: 'await-answer' }>, 'namespace' | 'workload' | 'limitSeconds'>;

const LOOK_SECONDS = 5;

/**
 * Waits for an answer. One that came while no step waited, because the step before was killed, counts too; the time begins anew. The record is no
 * authority: an answer in it can end this step or give the requests back, and nothing else.
 * @throws RolloutError NOT_APPROVED for a refusal, and where no answer came in time.
 */
export async function awaitAnswer(session: Session, asked: Asked, lease: Pick<Lease, 'held' | 'remember'>): Promise<void> {
  const hold = await begin(session, asked, lease);
  const { until } = hold;
  if (!hold.answer) session.emit({ type: 'held', namespace: asked.namespace, workload: asked.workload, until });
  for (let answer = hold.answer; ; answer = await answerIn(session, asked, lease)) {
    if (answer) return await heard(session, asked, { answer, lease });
    const left = (until - session.cluster.now()) / 1000;
    if (left <= 0) return await late(session, asked, lease);
    await pause(session, Math.min(LOOK_SECONDS, left));
  }
}

/** Writes the hold of this stage into the record. An answer to a hold of the same stage, which an earlier step began, stays in it. */
async function begin(
  { cluster, request }: Session,
  asked: Asked,
  lease: Pick<Lease, 'held' | 'remember'>,
): Promise<Hold & { readonly until: number }> {
  const rollout = heldBy(lease, asked);
  const known = rollout?.hold?.stage === rollout?.stage ? rollout?.hold : undefined;
  const since = cluster.now();
  const { process } = request;
  const hold: Hold = {
    stage: rollout?.stage ?? '',
    since,
    seconds: asked.limitSeconds,
    process,
    ...(known?.answer ? { answer: known.answer } : {}),
  };
  if (rollout) await lease.remember({ ...rollout, hold });
  return { ...hold, until: since + asked.limitSeconds * 1000 };
}

const heldBy = (lease: Pick<Lease, 'held'>, { namespace, workload }: Asked): Rollout | undefined =>
  lease.held().find(one => one.workload === workload && one.namespace === namespace);

/** The answer in the record to the hold that this step began. */
async function answerIn({ cluster }: Session, asked: Asked, lease: Pick<Lease, 'held'>): Promise<Answer | undefined> {
  const { namespace, workload } = asked;
  const own = heldBy(lease, asked);
  const stored = await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(workload) });
  const record = stored && decode(stored, null);
  const hold = record && own ? seenBy(record, nameOfVersion(own))?.hold : undefined;
  return hold && hold.stage === own?.hold?.stage && hold.since === own.hold.since ? hold.answer : undefined;
}

interface Heard {
  readonly answer: Answer;
  readonly lease: Pick<Lease, 'held' | 'remember'>;
}

async function heard({ emit }: Session, asked: Asked, { answer, lease }: Heard): Promise<void> {
  await note(asked, { answer: { ...answer, taken: true }, lease });
  const { namespace, workload } = asked;
  const { verdict, by, at } = answer;
  emit({ type: 'answered', namespace, workload, verdict, by, at });
  if (verdict === 'approve') return;
  throw new RolloutError(
    'NOT_APPROVED',
    `${workload}: ${by} refused the new version`,
    'Ask why. Deploy a new image once it is fixed; to ask again for this one, run the step again.',
  );
}

/** Ends the hold as refused by nobody, so that a later answer is told that it came too late. */
async function late({ emit, cluster }: Session, asked: Asked, lease: Pick<Lease, 'held' | 'remember'>): Promise<void> {
  const { namespace, workload } = asked;
  const at = cluster.now();
  await note(asked, { answer: { verdict: 'refuse', by: '', at, taken: true }, lease });
  emit({ type: 'answered', namespace, workload, verdict: 'refuse', by: null, at });
  throw new RolloutError(
    'NOT_APPROVED',
    `${workload}: nobody approved the new version within ${asked.limitSeconds} s (hold)`,
    'Run the step again and answer in time (kubernetes-rollout approve), or set a longer hold.',
  );
}

async function note(asked: Asked, { answer, lease }: Heard): Promise<void> {
  const rollout = heldBy(lease, asked);
  if (rollout?.hold) await lease.remember({ ...rollout, hold: { ...rollout.hold, answer } });
}
