/** The Jobs of a release around its plan, in operations: the same ones are shown and carried out. */
import type { PlannedStep } from '../model/event.ts';
import type { Operation } from '../model/operation.ts';
import type { Due, Phase } from '../model/phase.ts';
import type { Action } from '../model/stage.ts';
import { duesAt, running } from './operations/run-job.ts';
import { isBusy, type Prepared } from './prepare.ts';
import { describe } from './words/describe.ts';
import type { App } from './world/app.ts';
import { strategyOf } from './world/held.ts';

/** What a plan needs of a preparation. */
type Planned = Pick<Prepared, 'apps' | 'plan' | 'isFirst'>;

/** What runs behind the claim, what before the end of the plan, and what is left to do behind it. */
export interface JobOperations {
  readonly entry: readonly Operation[];
  readonly exit: readonly Operation[];
  readonly after: readonly Operation[];
}

/** The operations of an action around its plan. Jobs of older releases that have the same moments make room first. */
export function jobsAround(plan: Planned, action: Action): JobOperations {
  const entry = due(plan, action, 'entry').flatMap(running);
  const older = entry.length > 0 ? plan.apps.filter(({ phases }) => phases.length > 0).map(clearing) : [];
  const ended = over(plan, action).map(({ namespace, name }) => ({ namespace, workload: name }));
  return {
    entry: [...older, ...entry],
    exit: [...due(plan, action, 'exit').flatMap(running), ...ended.map(of => ({ do: 'expire-jobs', ...of }) as const)],
    after: ended.map(of => ({ do: 'end-jobs', ...of })),
  };
}

/** The steps of a plan with those Jobs around them, for the display. */
export function withJobs(steps: readonly PlannedStep[], { entry, exit }: JobOperations): readonly PlannedStep[] {
  const [claim, ...others] = steps;
  return [...(claim ? [claim] : []), ...entry.flatMap(told), ...others.slice(0, -1), ...exit.flatMap(told), ...others.slice(-1)];
}

/** A person reads of the Jobs that run; the rest is housekeeping. */
const told = (operation: Operation): readonly PlannedStep[] =>
  operation.do === 'run-job'
    ? [
        {
          workload: `${operation.due.file.metadata.namespace ?? ''}/${operation.due.workload}`,
          stage: operation.due.phase,
          text: describe(operation),
          waitSeconds: 0,
        },
      ]
    : [];

/** What comes before a plan's first write behind the claim, and what before its end. */
interface Moments {
  readonly entry: readonly Phase[];
  readonly exit: readonly Phase[];
}

/** A release that needs no promote has the moments of one too. */
function momentsOf(app: App, isFirst: boolean, action: Action): Moments {
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
function due(plan: Planned, action: Action, side: keyof Moments): readonly Due[] {
  const busy = plan.apps.filter(app => isBusy(plan, app));
  const phasesIn = (app: App): readonly Phase[] => momentsOf(app, plan.isFirst, action)[side];
  const phases = [...new Set(busy.flatMap(phasesIn))];
  return phases.flatMap(phase => {
    const all = busy.filter(app => phasesIn(app).includes(phase));
    return all.flatMap(app => {
      const moment = { phase, isFirst: plan.isFirst, inputs: app.request.inputs };
      return duesAt(app.phases, moment, { workload: app.name, release: releaseOf(app) });
    });
  });
}

const releaseOf = ({ request, record }: App): string =>
  (request.inputs.action === 'deploy' ? request.release : null) ?? record?.release ?? request.release ?? '';

const clearing = (app: App): Operation => ({ do: 'clear-jobs', namespace: app.namespace, workload: app.name, release: releaseOf(app) });

/** The workloads whose rollout ends with this action, where Jobs of it may be. */
function over(plan: Planned, action: Action): readonly App[] {
  const isIdle = plan.plan.length === 0;
  if (action === 'retreat' || (action === 'deploy' && isIdle)) return [];
  // What has nothing to do and is open is another run's.
  const isOver = (app: App): boolean => (isIdle ? app.record === null : isBusy(plan, app));
  return plan.apps.filter(app => (app.phases.length > 0 || app.record?.phased) && isOver(app));
}
