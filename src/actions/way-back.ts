/** What follows a failure: requests and claims are given back. */
import { RolloutError } from '../errors.ts';
import { execute } from '../execute/execute.ts';
import type { Lease } from '../execute/lease.ts';
import type { Session } from '../execute/session.ts';
import type { Inputs } from '../model/request.ts';
import { firstRejected } from '../plan/outcome.ts';
import type { Prepared } from '../plan/prepare.ts';
import { isInstead, strategyNamed } from '../strategies/index.ts';
import { carryThrough } from './phases.ts';
import { prepared, wordingOf } from './preparing.ts';
import type { Known } from './standing.ts';

/** How a run failed, and what it knows of the requests: that is brought up to date. */
export interface Failure {
  readonly error: unknown;
  readonly known: { -readonly [Key in keyof Known]: Known[Key] };
}

/**
 * A failing deploy ends safe: traffic goes back to stable. So does a run that was cancelled, where it is to. A claim under which nothing was
 * written is given back.
 */
export async function afterFailure(session: Session, lease: Lease, failure: Failure): Promise<void> {
  if (lease.held().length === 0) return;
  if (lease.isUntouched()) return await quietly(session, () => lease.giveBack());
  const { action, onCancel } = session.request.inputs;
  const isLost = failure.error instanceof RolloutError && failure.error.code === 'CONCURRENT_ROLLOUT';
  if (isLost) return await letGo(session, lease);
  const isCancelled = session.signal.aborted;
  if (!isCancelled && action === 'deploy') return await retreat(session, lease, failure);
  if (isCancelled && onCancel === 'reject' && action !== 'reject') await takeBack(session, lease, failure);
  await letGo(session, lease);
}

/** Takes back what was cancelled: to its end, or where the platform gives little time and ends it behind the job, the requests first. */
async function takeBack(session: Session, lease: Lease, { known }: Failure): Promise<void> {
  const { request, cluster } = session;
  const { secondsAfterCancel: limit } = request;
  const over = new AbortController();
  const cancel = limit === undefined ? () => undefined : cluster.time.after(limit * 1000, () => over.abort());
  const limited = { ...session, signal: over.signal };
  const isQuick = limit !== undefined && lease.held().every(({ strategy, replaced }) => !isInstead(strategy) && replaced === null);
  tell(session, 'info', 'on-cancel is reject: giving all requests back to stable.');
  try {
    await (isQuick ? giveBack(limited, lease, known) : reject(limited, lease, known));
  } catch (error) {
    if (over.signal.aborted) tell(session, 'info', 'The time is up: the end of the job continues it.');
    else tell(session, 'warning', `Going back failed: ${reasonOf(error)}. Run ${rejectOf(request.inputs)}.`);
  } finally {
    cancel();
  }
}

/**
 * Of a route one write: nothing is removed yet, and so nothing waits for the data plane. Where pods are the split they go, and finish what they
 * began.
 */
async function giveBack(session: Session, lease: Lease, known: Failure['known']): Promise<void> {
  const inputs = { ...session.request.inputs, trafficDelaySeconds: 0, drainSeconds: 0 };
  const quick = { ...session, request: { ...session.request, inputs } };
  const plan = await prepared(quick, 'retreat');
  known.prepared = plan;
  await execute(plan.plan, wordingOf(quick, plan), { session: quick, lease });
  // Pods that are gone get no request; that a data plane has taken a route was not waited for.
  known.isBack = !plan.isFirst && plan.apps.every(({ routing }) => routing === 'pods');
}

async function reject(session: Session, lease: Lease, known: Failure['known']): Promise<void> {
  const inputs = { ...session.request.inputs, action: 'reject' as const };
  const asReject = { ...session, request: { ...session.request, inputs } };
  // A reject has a claim of its own: the record of a promote speaks of another template to write.
  await letGo(asReject, lease);
  let plan: Prepared;
  do {
    plan = await prepared(asReject, 'reject');
    known.prepared = plan;
  } while ((await carryThrough(plan, 'reject', { session: asReject, lease })) === 'claimed');
  tell(session, 'info', `Rejected: ${firstRejected(plan) ?? 'nothing of the new version is left'}.`);
  known.isBack = !plan.isFirst;
}

async function retreat(session: Session, lease: Lease, { error, known }: Failure): Promise<void> {
  const { inputs } = session.request;
  const why = reasonOf(error);
  // What was stopped, or never ran, has no traffic to get back: an old version that is stopped runs again with the reject.
  const isAlone = isInstead(inputs.strategy) || lease.held().every(({ originals }) => originals.stable === null);
  tell(session, 'info', `The deploy failed: ${why}.${isAlone ? '' : ' Giving all traffic back to stable.'}`);
  try {
    const plan = await prepared(session, inputs.onFailure === 'reject' ? 'reject' : 'retreat');
    known.prepared = plan;
    for (const text of plan.left) tell(session, 'warning', text);
    await carryThrough(plan, inputs.onFailure === 'reject' ? 'reject' : 'retreat', { session, lease });
    tell(session, 'info', leftBy(session, plan));
    known.isBack = !plan.isFirst && !isAlone;
  } catch (second) {
    tell(session, 'warning', `Going back failed, too: ${reasonOf(second)}. Run ${rejectOf(inputs)}.`);
    await letGo(session, lease);
  }
}

const tell = ({ emit }: Session, level: 'info' | 'warning', text: string): void => emit({ type: 'notice', level, text });

/** What went wrong, as a part of a sentence. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');

/** What a failed deploy leaves behind, and how to be rid of it. */
function leftBy({ request: { inputs } }: Session, plan: Prepared): string {
  const { apps, isFirst } = plan;
  if (inputs.onFailure === 'reject') {
    const ended = firstRejected(plan);
    return ended === null ? 'All traffic is on stable.' : `Rejected: ${ended}.`;
  }
  if (isFirst) return 'Nothing ran before; run reject to remove what was applied.';
  const { failed } = strategyNamed(inputs.strategy).words;
  if (failed) return `${capital(failed.state)}: ${failed.remedy}.`;
  const isLeft = apps.some(({ routing, stable }) => routing === 'weights' && stable !== null);
  return `All traffic is on stable.${isLeft ? ` The failed variants stay for a look; run ${rejectOf(inputs)} to remove them.` : ''}`;
}

const capital = (clause: string): string => `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}`;

/** A bare reject may end other versions too. */
const rejectOf = ({ variantName }: Inputs): string => (variantName === null ? 'reject' : `reject with variant-name ${variantName}`);

async function letGo(session: Session, lease: Lease): Promise<void> {
  for (const rollout of lease.held()) await quietly(session, () => lease.letGo(rollout, false));
}

/** The first error is the one to tell; a claim that could not be given back lapses, and one that was lost is nobody's to give. */
async function quietly(session: Session, end: () => Promise<void>): Promise<void> {
  await (session.signal.aborted ? soon(session, end()) : end()).catch((error: unknown) => {
    if (error instanceof RolloutError && error.code === 'CONCURRENT_ROLLOUT') return;
    tell(session, 'warning', `The claim could not be released (${reasonOf(error)}); it expires within 60 s.`);
  });
}

/** Whoever cancelled the run waits for some seconds only: what has no answer by then is left behind. */
const PATIENCE_MILLISECONDS = 1_500;

async function soon({ cluster }: Session, end: Promise<void>): Promise<void> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, fail) => {
    cancel = cluster.time.after(PATIENCE_MILLISECONDS, () => fail(new Error('the API server does not answer')));
  });
  await Promise.race([end, late]).finally(cancel);
}
