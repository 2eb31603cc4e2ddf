import { setMaxListeners } from 'node:events';
import { RolloutError } from '../errors.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { Batches, Operation } from '../model/operation.ts';
import type { Placed, Plan } from '../model/plan.ts';
import { ALL_STABLE } from '../model/stage.ts';
import { carryOut, type Means } from './carry-out.ts';
import { checkpoint, isLeft } from './session.ts';
import { together } from './together.ts';
import { awaitReadyMeanwhile } from './waits/leaving.ts';
import { sharingTargets } from './watches/targets.ts';

/** A step in the words of the API, as the planner puts it with what is known by then. */
export interface Wording {
  batchesOf(placed: Placed): Batches;
  /** Null for what is not told. */
  describe(operation: Operation): string | null;
}

/**
 * Carries out a plan group by group: the steps of a group side by side, the batches of a step in order. Stops behind a claim, since what
 * follows it has to be planned again under the claim; true when it did.
 */
export async function execute(plan: Plan, wording: Wording, means: Means): Promise<'claimed' | 'ended'> {
  for (const group of plan) {
    checkpoint(means.session);
    await inRounds(group, wording, means);
    if (group.some(({ step }) => step.do === 'claim')) return 'claimed';
  }
  return 'ended';
}

/** Carries out operations, one after the other, that are one step to a person; without a text they are not told. */
export async function carryOutAs(text: string | null, operations: readonly Operation[], means: Means): Promise<void> {
  const { emit, cluster } = means.session;
  const began = cluster.time.elapsed();
  if (text !== null) emit({ type: 'step', text });
  for (const operation of operations) await carryOut(operation, means);
  if (text !== null) emit({ type: 'done', text, seconds: (cluster.time.elapsed() - began) / 1000 });
}

/**
 * Steps that write one and the same object, as two Services in one route do, go one after the other: each is put into words over what the one
 * before left.
 */
async function inRounds(group: readonly Placed[], wording: Wording, means: Means): Promise<void> {
  const steps = group.map(placed => wording.batchesOf(placed));
  const isLater = (index: number): boolean => steps.slice(0, index).some(before => overlap(before, steps[index] ?? []));
  const later = group.filter((_, index) => isLater(index));
  await runBatches(
    steps.filter((_, index) => !isLater(index)),
    wording,
    means,
  );
  tellShifts(
    group.filter((_, index) => !isLater(index)),
    means,
  );
  if (later.length > 0) await inRounds(later, wording, means);
}

/** A route that is gone leaves all requests to stable. */
function tellShifts(group: readonly Placed[], { session }: Means): void {
  for (const { step, workload } of group)
    if (step.do === 'route') session.emit({ type: 'shifted', workload, weights: step.route?.traffic.weights ?? ALL_STABLE.weights });
}

type Words = Pick<Wording, 'describe'>;

/** Carries out what no plan of workloads holds: batches in order, the operations of each side by side. */
export const carryOutAll = (batches: Batches, words: Words, means: Means): Promise<void> => runBatches([batches], words, means);

const overlap = (one: Batches, other: Batches): boolean => {
  const written = writtenBy(one);
  return writtenBy(other).some(key => written.includes(key));
};

/** Objects that steps of several workloads may write; waits write nothing. */
const writtenBy = (batches: Batches): readonly string[] =>
  batches.flat().flatMap(operation => {
    if (operation.do === 'patch' || operation.do === 'remove') return [keyOf(operation.ref)];
    return operation.do === 'restore' || operation.do === 'create' ? [keyOf(refOf(operation.object))] : [];
  });

async function runBatches(steps: readonly Batches[], wording: Words, means: Means): Promise<void> {
  const longest = Math.max(0, ...steps.map(batches => batches.length));
  for (let i = 0; i < longest; i++) {
    const operations = oneWait(steps.flatMap(batches => batches[i] ?? []));
    if (operations.some(({ do: does }) => does === 'claim' || does === 'run')) await inOrder(operations, wording, means);
    else await sideBySide(operations, wording, means);
  }
}

/** Claims are taken in sorted order, so that two runs with the same workloads meet at the first; a user's script runs once at a time. */
async function inOrder(operations: readonly Operation[], wording: Words, means: Means): Promise<void> {
  for (const operation of operations) await tell(operation, wording, means);
}

/**
 * Waits for all operations, also when one fails, so that none of them goes on writing behind the failure. Those that only watch another version, or wait
 * for a person's answer to it, end at once with the error of the failure: the requests go back for all.
 */
async function sideBySide(operations: readonly Operation[], wording: Words, means: Means): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([means.session.signal, failed.signal]);
  // Each of many workloads listens for it.
  setMaxListeners(0, signal);
  const shared = { ...means, session: sharingTargets(means.session, operations) };
  const watching = { ...shared, session: { ...shared.session, signal } };
  await together(
    operations.map(operation =>
      tell(operation, wording, WATCHES.includes(operation.do) ? watching : shared).catch((error: unknown) => {
        if (error instanceof RolloutError) failed.abort(error);
        throw error;
      }),
    ),
  );
}

/** Operations that write nothing but the record, and may take minutes or hours. */
const WATCHES: readonly Operation['do'][] = ['soak', 'await-answer', 'hold'];

/** Several workloads wait for the same data plane once, and once for requests in flight. */
function oneWait(operations: readonly Operation[]): readonly Operation[] {
  const isWait = (operation: Operation): operation is Wait => WAITS.includes(operation.do);
  const waits = operations.filter(isWait);
  return [...operations.filter(operation => !isWait(operation)), ...WAITS.flatMap(does => longest(waits.filter(one => one.do === does)))];
}

type Wait = Extract<Operation, { do: 'wait' | 'drain' | 'hold' }>;

/** Each workload's new version is watched for itself. */
const WAITS: readonly Operation['do'][] = ['wait', 'drain', 'hold'];

/** The longest of several waits. It counts as standing only where all do: a route that stands for one workload may just have been written for another. */
function longest(waits: readonly Wait[]): readonly Wait[] {
  const [most] = waits.toSorted((a, b) => b.seconds - a.seconds);
  if (most?.do !== 'wait') return most ? [most] : [];
  const { standing: _standing, ...one } = most;
  const all = waits.filter(wait => wait.do === 'wait');
  const areStanding = all.every(({ standing }) => standing === true);
  const shares = all.flatMap(wait => wait.shares ?? []);
  const looks = shares.length > 0 ? { shares } : {};
  return [{ ...one, ...looks, lanes: all.flatMap(({ lanes }) => lanes), ...(areStanding ? { standing: true } : {}) }];
}

/** Carries out one operation. Of what leaves while it waits only the removals are told. */
async function work(operation: Operation, wording: Words, means: Means): Promise<void> {
  if (operation.do !== 'await-ready' || !operation.leaving) return await carryOut(operation, means);
  await awaitReadyMeanwhile(means.session, operation, async (one, session) => {
    if (one.do === 'remove') await tell(one, wording, means);
    else await carryOut(one, { ...means, session });
  });
}

/** Housekeeping is not told: a person reads what happens to the application. A Job tells of itself, with the end of its log. */
const QUIET: readonly Operation['do'][] = [
  'remember',
  'let-go',
  'apply-parent',
  'run-job',
  'lay-down-job',
  'end-job',
  'clear-jobs',
  'expire-jobs',
  'end-jobs',
];

/** What takes longer than this is announced, so that nobody looks at a silent log. */
const SLOW_MILLISECONDS = 300;

async function tell(operation: Operation, wording: Words, means: Means): Promise<void> {
  const { emit, cluster } = means.session;
  const text = wording.describe(operation);
  const isTold = text !== null && !QUIET.includes(operation.do);
  const began = cluster.time.elapsed();
  const announced = cluster.time.after(SLOW_MILLISECONDS, () => (isTold ? emit({ type: 'step', text }) : undefined));
  await work(operation, wording, means).finally(announced);
  const isSkipped = operation.do === 'prune' && isLeft(means.session, operation.ref);
  if (isTold && !isSkipped) emit({ type: 'done', text, seconds: (cluster.time.elapsed() - began) / 1000 });
}
