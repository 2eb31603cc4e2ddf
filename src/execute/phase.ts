/** One Job at its moment of a release: made, awaited, told, and kept as the mark that it ran. */
import { RolloutError } from '../errors.ts';
import { number } from '../manifests/json.ts';
import { MANAGER } from '../manifests/names.ts';
import { called, goesWhenFailed, isToStay, jobOf, lifeOf, RELEASE } from '../manifests/phases.ts';
import { refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import type { Due } from '../model/phase.ts';
import type { Program } from '../model/probe.ts';
import { hasEnded, hasFailed, isSuspended, newestFirst } from '../readiness/job.ts';
import { foundJob, jobsFor } from './jobs-found.ts';
import { removeKnown } from './races/remove.ts';
import { note, type Session } from './session.ts';
import { untilAnswered } from './unanswered.ts';
import { awaitReady } from './waits/ready.ts';
import { lastLines } from './watches/last-lines.ts';
import { awaitGone } from './watches/until.ts';

/**
 * Runs the Job of a moment once for its release: one that is under way is awaited, one that ended well is not run again, one that failed is.
 * @throws RolloutError NOT_READY with the reason of its pod; NAME_TAKEN for a Job of somebody else.
 */
export async function runJob(due: Due, session: Session, guard: () => Promise<void>): Promise<void> {
  const job = jobOf(due);
  const there = await foundJob(due, session);
  const text = `run ${called(job, due.phase)}`;
  if (there && hasEnded(there) && !hasFailed(there))
    return session.emit({ type: 'done', text: `${text}: it has already run for this release`, seconds: 0 });
  const began = session.cluster.time.elapsed();
  session.emit({ type: 'step', text });
  await guard();
  if (there && hasFailed(there)) await removeJob(there, session);
  const made = await untilAnswered(session, async () => {
    await guard();
    return there && !hasFailed(there) ? await resumed(there, session) : await session.cluster.create(job, { manager: MANAGER });
  });
  note(session, made);
  await awaitReady(session, { do: 'await-ready', ref: refOf(job), template: null, isStable: false }).catch(async (error: unknown) => {
    if (error instanceof RolloutError && error.code === 'NOT_READY') await dropFailed(job, session);
    throw error;
  });
  await tellLog(job, session);
  session.emit({ type: 'done', text, seconds: (session.cluster.time.elapsed() - began) / 1000 });
}

/** Makes a Job that waits for its moment: where no record tells that a release is under way, the Job does. */
export async function layDown(due: Due, session: Session): Promise<void> {
  if (!(await foundJob(due, session))) note(session, await session.cluster.create(jobOf(due, true), { manager: MANAGER }));
}

async function resumed(job: KubeObject, { cluster }: Session): Promise<KubeObject> {
  if (!isSuspended(job)) return job;
  return await cluster.patch(refOf(job), [{ op: 'replace', path: '/spec/suspend', value: false }], { manager: MANAGER });
}

/** What Helm's policy says of a failure. */
async function dropFailed(job: KubeObject, session: Session): Promise<void> {
  const failed = await session.cluster.get(refOf(job)).catch(() => null);
  if (failed && hasFailed(failed) && goesWhenFailed(failed)) await removeJob(failed, session);
}

/** Deletes it with its pods, and waits until it is gone. */
async function removeJob(job: KubeObject, session: Session): Promise<void> {
  const { uid } = job.metadata;
  await removeKnown(session, { ref: refOf(job), uid }, { propagation: 'Background' });
  await awaitGone(session, refOf(job), uid);
}

/** Deletes the Jobs of other releases that the cluster does not remove by itself. */
export async function clearJobs(of: Extract<Operation, { do: 'clear-jobs' }>, session: Session): Promise<void> {
  const isOther = ({ metadata: { labels = {} }, spec }: KubeObject): boolean =>
    labels[RELEASE] !== of.release && spec?.ttlSecondsAfterFinished === undefined;
  for (const job of (await jobsFor(of, session)).filter(isOther)) await removeJob(job, session);
}

/** Gives ended Jobs a time to live before their record goes: where the run dies behind that, nobody else knows of them, and the cluster removes them. */
export async function expireJobs(of: Extract<Operation, { do: 'expire-jobs' }>, session: Session): Promise<void> {
  for (const job of await jobsFor(of, session)) if (hasEnded(job) && !stays(job)) await expireIn(lifeOf(job) ?? LONG_SECONDS, job, session);
}

/** The time to live of an ended Job where the user has set none: for an hour it is the mark, for a run that goes on, that it ran. */
const LONG_SECONDS = 3600;

/** Ends every Job of a rollout that is over. */
export async function endJobs(of: Extract<Operation, { do: 'end-jobs' }>, session: Session): Promise<void> {
  for (const job of await jobsFor(of, session)) await endJob(job, session);
}

/**
 * The rollout is over: what has ended, or has never run, goes at the time that the user has set or at once, unless Helm's policy lets it stay. What
 * still runs is removed by the cluster when it has ended.
 */
async function endJob(job: KubeObject, session: Session): Promise<void> {
  const isOver = hasEnded(job) || number(job.status?.ready) === 0;
  if (stays(job)) return;
  const life = lifeOf(job);
  if (isOver && life === null) return await removeJob(job, session);
  await expireIn(life ?? 0, job, session);
}

/** Ends the Job of a moment, if it was made. */
export async function endDue(due: Due, session: Session): Promise<void> {
  const job = await foundJob(due, session);
  if (job) await endJob(job, session);
}

const stays = (job: KubeObject): boolean => hasEnded(job) && isToStay(job, hasFailed(job) ? 'failed' : 'succeeded');

async function expireIn(seconds: number, job: KubeObject, session: Session): Promise<void> {
  if (job.spec?.ttlSecondsAfterFinished !== undefined) return;
  const operation = { op: 'add', path: '/spec/ttlSecondsAfterFinished', value: seconds } as const;
  await session.cluster.patch(refOf(job), [operation], { manager: MANAGER });
}

async function tellLog(job: KubeObject, session: Session): Promise<void> {
  const { namespace = '', name } = job.metadata;
  const pods = await session.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: `job-name=${name}` }).catch(() => []);
  const [pod] = newestFirst(pods);
  const log = pod ? await lastLines(session.cluster, programOf(pod)) : null;
  if (log) session.emit({ type: 'explained', ref: refOf(job), lines: [], log });
}

function programOf({ metadata: { namespace = '', name }, spec }: KubeObject): Program {
  const [container] = (spec?.containers ?? []) as readonly { readonly name?: string }[];
  return { namespace, pod: name, container: container?.name ?? '', previous: false };
}
