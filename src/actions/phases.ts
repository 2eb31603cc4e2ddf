/** A plan is carried out with the Jobs of its release around it. */
import type { Means } from '../execute/carry-out.ts';
import { carryOutAll, execute } from '../execute/execute.ts';
import type { Operation } from '../model/operation.ts';
import type { Placed } from '../model/plan.ts';
import type { Action } from '../model/stage.ts';
import { jobsAround } from '../plan/jobs-around.ts';
import type { Prepared } from '../plan/prepare.ts';
import { describe } from '../plan/words/describe.ts';
import { hearRecords, wordingOf } from './preparing.ts';

/** Runs what comes first under the claim; whether there was something. */
export async function runEntry(plan: Prepared, action: Action, means: Means): Promise<boolean> {
  const { entry } = jobsAround(plan, action);
  await inOrder(entry, means);
  return entry.length > 0;
}

const inOrder = (operations: readonly Operation[], means: Means): Promise<void> =>
  carryOutAll(
    operations.map(operation => [operation]),
    { describe },
    means,
  );

/** Carries out a plan, its last moments before its end. Nothing is left of a rollout that is over, but what the user lets stay. */
export async function carryThrough(plan: Prepared, action: Action, means: Means): Promise<'claimed' | 'ended'> {
  const wording = wordingOf(means.session, plan);
  if (plan.plan[0]?.some(({ step }) => step.do === 'claim')) hearRecords(means.session);
  const { exit, after } = jobsAround(plan, action);
  const isEnd = ({ step }: Placed): boolean => step.do === 'close';
  const at = plan.plan.findIndex(group => group.some(isEnd));
  if (at < 0) {
    const end = await execute(plan.plan, wording, means);
    if (end === 'ended' && plan.plan.length === 0) await inOrder(after, means);
    return end;
  }
  if ((await execute(plan.plan.slice(0, at), wording, means)) === 'claimed') return 'claimed';
  await inOrder(exit, means);
  const end = await execute(plan.plan.slice(at), wording, means);
  await inOrder(after, means);
  return end;
}
