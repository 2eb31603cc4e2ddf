/** The Jobs of a release at their moments, around what a plan does. */
import type { Means } from '../execute/carry-out.ts';
import { carryOutAll, execute } from '../execute/execute.ts';
import { endJob, jobsFor, letExpire } from '../execute/phase.ts';
import type { Session } from '../execute/session.ts';
import { dueAt } from '../manifests/phases.ts';
import type { PlannedStep } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import type { Due, Phase } from '../model/phase.ts';
import type { Plan } from '../model/plan.ts';
import type { Action } from '../model/stage.ts';
import type { Prepared } from '../plan/prepare.ts';
import { describe } from '../plan/words/describe.ts';
import type { App } from '../plan/world/app.ts';
import { strategyOf } from '../plan/world/held.ts';
import { wordingOf } from './preparing.ts';

/** What comes before a plan's first write behind the claim, and what before its end. */
interface Moments {
  readonly entry: readonly Phase[];
  readonly exit: readonly Phase[];
}

/** A release that needs no promote has the moments of one too. */
function momentsOf(app: App, { isFirst }: Pick<Prepared, 'isFirst'>, action: Action): Moments {
  switch (action) {
    case 'deploy':
      return isFirst || strategyOf(app).place !== 'beside'
        ? { entry: ['before-deploy', 'before-promote'], exit: ['after-promote'] }
        : { entry: ['before-deploy'], exit: [] };
    case 'promote':
      return { entry: ['before-promote'], exit: ['after-promote'] };
    case 'reject':
      return { entry: [], exit: ['on-reject'] };
    case 'retreat':
      return { entry: [], exit: [] };
  }
}

/** The Jobs that are due, in their order. */
function due(plan: Prepared, action: Action, side: keyof Moments): readonly Due[] {
  const busy = plan.apps.filter(app => isBusy(plan, app));
  const phases = [...new Set(busy.flatMap(app => momentsOf(app, plan, action)[side]))];
  return phases.flatMap(phase => {
    const all = busy.filter(app => momentsOf(app, plan, action)[side].includes(phase));
    return all.flatMap(app => dueAt(app.phases, phase, plan.isFirst).map(file => dueOf(file, phase, app)));
  });
}

const isBusy = ({ plan }: Prepared, { key }: App): boolean => plan.flat().some(({ workload }) => workload === key);

const dueOf = (file: KubeObject, phase: Phase, { name, request, record }: App): Due => ({
  file,
  phase,
  workload: name,
  release: releaseOf({ request, record }),
});

const releaseOf = ({ request, record }: Pick<App, 'request' | 'record'>): string =>
  (request.inputs.action === 'deploy' ? request.release : null) ?? record?.release ?? request.release ?? '';

/** The steps of a plan with those of its phases around them, for the display. */
export function withPhases(steps: readonly PlannedStep[], plan: Prepared, action: Action): readonly PlannedStep[] {
  const told = (side: keyof Moments): readonly PlannedStep[] =>
    due(plan, action, side).map(one => ({
      workload: `${one.file.metadata.namespace ?? ''}/${one.workload}`,
      stage: one.phase,
      text: describe(running(one)),
      waitSeconds: 0,
    }));
  const [claim, ...others] = steps;
  return [...(claim ? [claim] : []), ...told('entry'), ...others.slice(0, -1), ...told('exit'), ...others.slice(-1)];
}

/** Runs what comes first under the claim; whether there was something. Jobs of older releases that have the same moments go. */
export async function runEntry(plan: Prepared, action: Action, means: Means): Promise<boolean> {
  const first = due(plan, action, 'entry');
  const older = first.length > 0 ? plan.apps.filter(({ phases }) => phases.length > 0).map(clearing) : [];
  await inOrder([...older, ...first.map(running)], means);
  return first.length > 0;
}

const running = (one: Due): Operation => ({ do: 'run-job', due: one });

const clearing = (app: App): Operation => ({ do: 'clear-jobs', namespace: app.namespace, workload: app.name, release: releaseOf(app) });

const inOrder = (operations: readonly Operation[], means: Means): Promise<void> =>
  carryOutAll(
    operations.map(operation => [operation]),
    { describe },
    means,
  );

/** Carries out a plan, its last moments before its end. */
export async function carryThrough(plan: Prepared, action: Action, means: Means): Promise<'claimed' | 'ended'> {
  const { session } = means;
  const wording = wordingOf(session, plan);
  const last = due(plan, action, 'exit');
  const isEnd = ({ step }: Plan[number][number]): boolean => step.do === 'close';
  const at = plan.plan.findIndex(group => group.some(isEnd));
  if (at < 0) {
    const end = await execute(plan.plan, wording, means);
    if (end === 'ended' && plan.plan.length === 0) await endJobs(plan, action, session);
    return end;
  }
  if ((await execute(plan.plan.slice(0, at), wording, means)) === 'claimed') return 'claimed';
  await inOrder(last.map(running), means);
  for (const app of over(plan, action)) for (const job of await jobsFor(app, session)) await letExpire(job, session);
  const end = await execute(plan.plan.slice(at), wording, means);
  await endJobs(plan, action, session);
  return end;
}

/** Nothing is left of a rollout that is over, but what the user lets stay. */
async function endJobs(plan: Prepared, action: Action, session: Session): Promise<void> {
  for (const app of over(plan, action)) for (const job of await jobsFor(app, session)) await endJob(job, session);
}

/** The workloads whose rollout ends with this action, where Jobs of it may be. */
function over(plan: Prepared, action: Action): readonly App[] {
  const isIdle = plan.plan.length === 0;
  if (action === 'retreat' || (action === 'deploy' && isIdle)) return [];
  // What has nothing to do and is open is another run's.
  const isOver = (app: App): boolean => (isIdle ? app.record === null : isBusy(plan, app));
  return plan.apps.filter(app => (app.phases.length > 0 || app.record?.phased) && isOver(app));
}
