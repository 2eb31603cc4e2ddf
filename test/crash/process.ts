import { RolloutError } from '../../src/errors.ts';
import type { Order, Step } from '../../src/model/plan.ts';
import { CLAIMED } from '../../src/model/record.ts';
import { type Course, course } from '../../src/plan/order/plan.ts';
import { carryOut } from './carry-out.ts';
import type { Random } from './random.ts';
import type { World } from './state.ts';

/** Steps side by side. */
export type Phases = readonly (readonly Step[])[];

/** A deliberate mistake that the checks must see. */
export interface Fault {
  readonly name: string;
  /** Spoils the phases of one stage. */
  readonly phases?: (phases: Phases, world: World) => Phases;
  readonly isUnclaimed?: true;
  /** Not planned again under the claim. */
  readonly isStale?: true;
  /** Planned again over what was seen before the claim, whatever the record says. */
  readonly isBlind?: true;
  /** The run holds the claim, not the process. */
  readonly isUnfenced?: true;
}

/** No mistake. */
export const SOUND: Fault = { name: 'none' };

/** One process of a pipeline run at work, step by step. */
export interface Process {
  readonly order: Order;
  /** Null before the first look at the cluster. */
  readonly todo: readonly Step[] | null;
  /** The world as the plan saw it. */
  readonly seen?: World;
  /** ok, failed (a deploy that went back), or the code of an error; null while at work. */
  readonly outcome: string | null;
  readonly fault: Fault;
  readonly random: Random;
}

/** A process and the world that it works on. */
export type Both = readonly [Process, World];

/** Does the next step, or plans when there is none yet. */
export function advance(process: Process, world: World): Both {
  const { order, fault } = process;
  const [step, ...todo] = process.todo ?? [];
  if (!step) return planned(process, world);
  const holds = isHolder(process, world);
  if (isGuarded(step, fault) && !holds) return ended(process, world, 'CONCURRENT_ROLLOUT');
  const asked: Step = fault.isUnclaimed && step.do === 'claim' ? { do: 'record', record: step.record } : step;
  const { world: at, failed } = carryOut(holds ? renewed(world) : world, asked);
  if (failed === 'CONFLICT') return givenUp(process, at, 'CONCURRENT_ROLLOUT');
  if (failed) return afterFailure(process, at, failed);
  if (step.do === 'claim' && !fault.isStale && !fault.isUnclaimed) return plannedAgain(process, { before: world, claimed: at });
  const end = order.action === 'retreat' ? 'failed' : 'ok';
  return [{ ...process, todo, outcome: todo.length > 0 ? null : end }, at];
}

/** Works to the end. */
export function finish(process: Process, world: World): Both {
  let both: Both = [process, world];
  while (both[0].outcome === null) both = advance(...both);
  return both;
}

/** Works until a crash after so many steps. */
export function upTo(process: Process, world: World, steps: number): Both {
  let both: Both = [process, world];
  for (let i = 0; i < steps && both[0].outcome === null; i++) both = advance(...both);
  return both;
}

/** Seconds after which a read is too old to plan over, whatever the record says. */
const MOST_TICKS = 5;

/** Under the claim the plan is made again: over what was seen, where nobody has written the record since, and over a new look else. */
function plannedAgain(process: Process, { before, claimed }: { readonly before: World; readonly claimed: World }): Both {
  const { seen, fault } = process;
  const isSame = seen?.version === before.version && seen.live.record === before.live.record && before.now - seen.now < MOST_TICKS;
  if (!seen || !(isSame || fault.isBlind)) return planned(process, claimed);
  const { record, now } = claimed.live;
  const [next] = planned(process, { ...seen, live: { ...seen.live, record, now } });
  return [next, claimed];
}

/** The steps of a phase do not depend on each other: any order will do. */
function planned(process: Process, world: World): Both {
  const { fault, random } = process;
  try {
    const { stages }: Course = course(process.order, world.live);
    const phases = stages.flatMap(stage => fault.phases?.(stage.phases, world) ?? stage.phases);
    const todo = phases.flatMap(phase => random.shuffled(phase));
    return [{ ...process, todo, seen: world, outcome: todo.length === 0 ? 'ok' : null }, world];
  } catch (error) {
    if (error instanceof RolloutError) return givenUp(process, world, error.code);
    throw error;
  }
}

const isHolder = ({ order }: Process, { live }: World): boolean => live.record?.holder?.process === order.process;

const UNGUARDED: readonly Step['do'][] = ['claim', 'await', 'wait', 'drain', 'gate'];
const isGuarded = (step: Step, fault: Fault): boolean => !fault.isUnclaimed && !UNGUARDED.includes(step.do);

function renewed(world: World): World {
  const { record } = world.live;
  return record ? { ...world, live: { ...world.live, record: { ...record, renewedAt: world.live.now } } } : world;
}

/** A failing deploy that has written something gives traffic back. */
function afterFailure(process: Process, world: World, code: string): Both {
  const { order } = process;
  const isUntouched = world.live.record?.stage === CLAIMED;
  if (order.action !== 'deploy' || !isHolder(process, world) || isUntouched) return givenUp(process, world, code);
  return planned({ ...process, order: { ...order, action: 'retreat' } }, world);
}

/** Lets go of the claim: a record under which nothing was written goes, any other stays open. */
function givenUp(process: Process, world: World, code: string): Both {
  const { record } = world.live;
  if (!record || !isHolder(process, world)) return ended(process, world, code);
  const left = record.stage === CLAIMED ? null : { ...record, holder: null, done: false };
  return ended(process, { ...world, live: { ...world.live, record: left } }, code);
}

const ended = (process: Process, world: World, outcome: string): Both => [{ ...process, todo: [], outcome }, world];
