import { areOwed } from '../../gates/index.ts';
import type { Order, Plan, Step, View } from '../../model/plan.ts';
import { CLAIMED } from '../../model/record.ts';
import type { Facts, Stage } from '../../model/stage.ts';
import { refuse } from '../refusals/refuse.ts';
import { isOpen, isReleaseOf, observe, underClaim } from '../world/facts.ts';
import { claim } from './record.ts';
import { simulate } from './simulate.ts';
import { stageSteps } from './steps.ts';

/** What one workload needs, stage by stage: phases in order, the steps of one phase at once. */
export interface Course {
  readonly stages: readonly { readonly name: string; readonly phases: readonly (readonly Step[])[] }[];
}

/**
 * (order, what one read showed) -> steps; awaits nothing. The first step claims; what follows it is planned again under the claim. Nothing
 * to do: no stages.
 * @throws RolloutError when the action may not go on, see `refuse`.
 */
export function course(order: Order, read: View): Course {
  const view = underClaim(order, read);
  const facts = observe(order, view);
  refuse(order, view, facts);
  const holding = view.record?.holder?.process === order.process;
  const claims = holding ? [] : [claim(order, view, facts)];
  if (isUnbegun(order, view, facts))
    return { stages: [...begun(claims), { name: 'end', phases: [[{ do: 'close', action: order.action }]] }] };
  const stages = order.strategy.stages(order.action, facts);
  const last = stages.at(-1);
  if (!last) return holding ? ending([{ do: 'close', action: order.action }]) : { stages: [] };
  if (isFinished(last, order, view)) return holding ? ending([{ do: 'release', action: order.action }]) : { stages: [] };
  return walk(stages, order, { view, claims });
}

/** What a claim alone has left has nothing to take back: pods that are not ready by themselves, or behind an undo, hold up nobody. */
const isUnbegun = ({ action }: Order, view: View, { open }: Facts): boolean =>
  action === 'reject' && open === 'ours' && view.record?.stage === CLAIMED && !isOpen({ ...view, record: null, remains: false });

/** Several workloads go through their courses side by side: nobody's traffic moves before everybody is ready. */
export function merge(courses: Readonly<Record<string, Course>>): Plan {
  const entries = Object.entries(courses);
  const longest = Math.max(0, ...entries.map(([, { stages }]) => stages.length));
  return Array.from({ length: longest }, (_, i) => mergeStage(entries, i)).flat();
}

function mergeStage(entries: readonly (readonly [string, Course])[], at: number): Plan {
  const present = entries.flatMap(([workload, { stages }]) => (stages[at] ? [{ workload, ...stages[at] }] : []));
  const longest = Math.max(0, ...present.map(({ phases }) => phases.length));
  return Array.from({ length: longest }, (_, i) =>
    present.flatMap(({ workload, name, phases }) => (phases[i] ?? []).map(step => ({ workload, stage: name, step }))),
  ).flatMap(routesInTurn);
}

/** Several workloads may be behind one route: each reads what the one before has written of it. */
function routesInTurn(group: Plan[number]): Plan {
  const routing = [...new Set(group.filter(({ step }) => step.do === 'route').map(({ workload }) => workload))];
  const turnOf = ({ workload, step }: Plan[number][number]): number => (step.do === 'route' ? routing.indexOf(workload) : 0);
  return routing.length < 2 ? [group] : routing.map((_, turn) => group.filter(placed => turnOf(placed) === turn));
}

const ending = (steps: readonly Step[]): Course => ({ stages: [{ name: '', phases: [steps] }] });

/** The stage ahead of all others; none where the claim is held. */
const begun = (claims: readonly Step[]): Course['stages'] => (claims.length > 0 ? [{ name: 'claim', phases: [claims] }] : []);

interface Start {
  readonly view: View;
  readonly claims: readonly Step[];
}

function walk(stages: readonly Stage[], order: Order, { view, claims }: Start): Course {
  const last = stages.at(-1);
  let at = claims.reduce(simulate, view);
  const walked = [...begun(claims)];
  for (const stage of stages.slice(resumeAt(stages, order, view))) {
    const phases = [...(walked.length === claims.length && !stage.alone ? healthy(order, view) : []), ...stageSteps(stage, order, at)];
    walked.push({ name: stage.name, phases });
    at = phases.flat().reduce(simulate, at);
  }
  return { stages: [...walked, { name: 'end', phases: [[{ do: last?.closes ? 'close' : 'release', action: order.action }]] }] };
}

/** A canary is compared with a stable that is whole: waited for before anything is written. */
function healthy({ action, allowUnhealthyStable }: Order, { workloads, record }: View): readonly (readonly Step[])[] {
  const isBeside = workloads.stable !== undefined && record?.originals.stable !== null;
  return action === 'deploy' && isBeside && !allowUnhealthyStable ? [[{ do: 'await', role: 'stable', what: 'healthy' }]] : [];
}

/** A stage is recorded after the gates of the one before, so a re-run goes on there, yet never above the live weight without the gates on the way. */
function resumeAt(stages: readonly Stage[], order: Order, { record, routes }: View): number {
  if (!record || record.action !== order.action || !isReleaseOf(record, order)) return 0;
  const live = Math.max(0, ...Object.values(routes).map(route => route?.traffic.weights.canary ?? 0));
  const reached = Math.max(
    0,
    stages.findIndex(stage => stage.name === record.stage),
  );
  // What closes raises no weight: to go back in front of it would give a canary requests that is being removed.
  if (stages[reached]?.closes) return reached;
  const raises = stages.findIndex(
    ({ gates, traffic }) => gates && gates.length > 0 && typeof traffic === 'object' && (traffic.weights.canary ?? 0) > live,
  );
  return raises < 0 ? reached : Math.min(reached, raises);
}

function isFinished(last: Stage, order: Order, view: View): boolean {
  const { record } = view;
  if (!record?.done || record.action !== order.action || !isReleaseOf(record, order) || record.stage !== last.name) return false;
  if (areOwed(last, record)) return false;
  return !stageSteps(last, order, view)
    .flat()
    .some(({ do: does }) => does === 'write' || does === 'serve' || does === 'route' || does === 'delete' || does === 'end');
}
