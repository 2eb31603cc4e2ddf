/** What follows a failure: requests and claims are given back. */
import { RolloutError } from './errors.ts';
import { execute } from './execute/execute.ts';
import type { Lease } from './execute/lease.ts';
import type { Session } from './execute/session.ts';
import type { Inputs } from './model/request.ts';
import { firstRejected } from './plan/outcome.ts';
import type { Prepared } from './plan/prepare.ts';
import { prepared, wordingOf } from './preparing.ts';

/**
 * A failing deploy ends safe: traffic goes back to stable, and true says that it did. A claim under which nothing was written is given
 * back.
 */
export async function afterFailure(session: Session, lease: Lease, error: unknown): Promise<boolean> {
  if (lease.held().length === 0) return false;
  const isLost = error instanceof RolloutError && error.code === 'CONCURRENT_ROLLOUT';
  if (!lease.isUntouched() && !session.signal.aborted && !isLost && session.request.inputs.action === 'deploy')
    return await retreat(session, lease, error);
  await (lease.isUntouched() ? quietly(session, () => lease.giveBack()) : letGo(session, lease));
  return false;
}

async function retreat(session: Session, lease: Lease, error: unknown): Promise<boolean> {
  const { inputs } = session.request;
  const why = reasonOf(error);
  // What was stopped, or never ran, has no traffic to get back: an old version that is stopped runs again with the reject.
  const isAlone = inputs.strategy === 'recreate' || lease.held().every(({ originals }) => originals.stable === null);
  session.emit({
    type: 'notice',
    level: 'warning',
    text: `The deploy failed: ${why}.${isAlone ? '' : ' Giving all traffic back to stable.'}`,
  });
  try {
    const plan = await prepared(session, inputs.onFailure === 'reject' ? 'reject' : 'retreat');
    for (const text of plan.left) session.emit({ type: 'notice', level: 'warning', text });
    await execute(plan.plan, wordingOf(session, plan), { session, lease });
    session.emit({ type: 'notice', level: 'info', text: leftBy(session, plan) });
    return !plan.isFirst && !isAlone;
  } catch (second) {
    session.emit({ type: 'notice', level: 'warning', text: `The way back failed too: ${reasonOf(second)}. Run ${rejectOf(inputs)}.` });
    await letGo(session, lease);
    return false;
  }
}

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
  if (inputs.strategy === 'recreate') return 'The old version is stopped: run reject to start it again, or deploy again.';
  const isLeft = apps.some(({ routing, stable }) => routing === 'weights' && stable !== null);
  return `All traffic is on stable.${isLeft ? ` The failed variants stay for a look; run ${rejectOf(inputs)} to remove them.` : ''}`;
}

/** A bare reject may end other versions too. */
const rejectOf = ({ variantName }: Inputs): string => (variantName === null ? 'reject' : `reject with variant-name ${variantName}`);

async function letGo(session: Session, lease: Lease): Promise<void> {
  for (const rollout of lease.held()) await quietly(session, () => lease.letGo(rollout, false));
}

/** The first error is the one to tell; a claim that could not be given back lapses, and one that was lost is nobody's to give. */
async function quietly(session: Session, end: () => Promise<void>): Promise<void> {
  await end().catch((error: unknown) => {
    if (error instanceof RolloutError && error.code === 'CONCURRENT_ROLLOUT') return;
    session.emit({
      type: 'notice',
      level: 'warning',
      text: `The claim could not be given back (${reasonOf(error)}); it lapses by itself within 60 s.`,
    });
  });
}
