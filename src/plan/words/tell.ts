/** A plan in words, before it is carried out. */
import type { Event, PlannedStep } from '../../model/event.ts';
import type { Live } from '../../model/live.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { Placed, Plan } from '../../model/plan.ts';
import { operationsOf } from '../operations/operations.ts';
import type { App } from '../world/app.ts';
import { describe, foresee, waitOf } from './describe.ts';

type Told = Pick<Extract<Event, { type: 'planned' }>, 'steps' | 'waitSeconds'>;

/** All steps in their order, and how long they wait by themselves: what goes side by side waits once. */
export function tellPlan(plan: Plan, apps: readonly App[]): Told {
  const steps: PlannedStep[] = [];
  let waitSeconds = 0;
  for (const group of worded(plan, apps)) {
    steps.push(...group.flatMap(({ placed, batches }) => batches.flat().map(operation => stepOf(placed, operation))));
    waitSeconds += longest(group.map(({ batches }) => batches));
  }
  return { steps, waitSeconds };
}

/** Everything that a plan does, in its order, as far as it can be foreseen. */
export const plannedOperations = (plan: Plan, apps: readonly App[]): readonly Operation[] =>
  [...worded(plan, apps)].flatMap(group => group.flatMap(({ batches }) => batches.flat()));

interface Worded {
  readonly placed: Placed;
  readonly batches: Batches;
}

/** Each group in the words of the API, as if those before it had been carried out. */
function* worded(plan: Plan, apps: readonly App[]): Generator<readonly Worded[]> {
  let objects = apps[0]?.live.objects ?? {};
  for (const group of plan) {
    yield group.map(placed => {
      const batches = batchesOf(placed, apps, objects);
      objects = batches.flat().reduce(foresee, objects);
      return { placed, batches };
    });
  }
}

function batchesOf(placed: Placed, apps: readonly App[], objects: Live['objects']): Batches {
  const app = apps.find(({ key }) => key === placed.workload);
  return app ? operationsOf(placed, { ...app, live: { ...app.live, objects } }) : [];
}

const stepOf = ({ workload, stage }: Placed, operation: Operation): PlannedStep => ({
  workload,
  stage,
  text: describe(operation),
  waitSeconds: waitOf(operation),
});

/** Batches of one place go side by side, and the operations in them. */
function longest(told: readonly Batches[]): number {
  const places = Math.max(0, ...told.map(({ length }) => length));
  const waits = Array.from({ length: places }, (_, i) => Math.max(0, ...told.flatMap(batches => batches[i] ?? []).map(waitOf)));
  return waits.reduce((sum, wait) => sum + wait, 0);
}
