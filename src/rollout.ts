import { setMaxListeners } from 'node:events';
import { tellAbsent } from './actions/absent.ts';
import { tellAddresses } from './actions/addresses.ts';
import { adopt } from './actions/adopt/adopt.ts';
import { analyze } from './actions/analyze.ts';
import { awaitGivenBack } from './actions/given-back.ts';
import { deployInPlace } from './actions/in-place.ts';
import { leased } from './actions/leased.ts';
import { locate } from './actions/locate.ts';
import { bringNamespaces, stepsToBring } from './actions/namespaces.ts';
import { askingForRights, refuseUnpermitted } from './actions/permitted.ts';
import { carryThrough, runEntry } from './actions/phases.ts';
import { prepared, preparedAgain } from './actions/preparing.ts';
import { asMembers, isTaken, prune, prunedSteps, pruningNeeds, pruningOf, widenSet } from './actions/pruning.ts';
import { asSeen, type Known, standingOf } from './actions/standing.ts';
import { refuseStillRunning } from './actions/still-running.ts';
import { sweep } from './actions/sweep.ts';
import { rejectInPlace } from './actions/take-back.ts';
import { undo } from './actions/undo/undo.ts';
import { afterFailure } from './actions/way-back.ts';
import { RolloutError } from './errors.ts';
import type { Means } from './execute/carry-out.ts';
import { channel } from './execute/channel.ts';
import type { Lease } from './execute/lease.ts';
import { interruption, noTrail, noticingOnce, type Session } from './execute/session.ts';
import { awaitReady } from './execute/waits/ready.ts';
import { refOf } from './manifests/refs.ts';
import type { Event, Outcome, PlannedStep } from './model/event.ts';
import type { MeasuredCluster } from './model/metrics.ts';
import type { Inputs, Request } from './model/request.ts';
import type { Action } from './model/stage.ts';
import { jobsAround, withJobs } from './plan/jobs-around.ts';
import { needsOf } from './plan/needs.ts';
import type { Pruning } from './plan/operations/pruning.ts';
import { bareOutcome, outcomeOf } from './plan/outcome.ts';
import { isBusy, type Prepared } from './plan/prepare.ts';
import { withoutBaseline } from './plan/refusals/numbered.ts';
import { tellPlan } from './plan/words/tell.ts';
import { strategyNamed } from './strategies/index.ts';

/**
 * One action, whole: read, plan, claim, plan again under the claim, execute. Tells of itself in events and of its end in the last one
 * (`outcome` or `failed`); throws only what is a bug of ours.
 */
export async function* rollout(request: Request, cluster: MeasuredCluster, signal: AbortSignal): AsyncGenerator<Event> {
  const stop = new AbortController();
  const signals = AbortSignal.any([signal, stop.signal]);
  // Every wait and every request that is under way listens for the end.
  setMaxListeners(0, signals);
  yield* channel<Event, void>(async emit => {
    const session: Session = { cluster, request, signal: signals, seen: new Map(), trail: noTrail(), emit: noticingOnce(emit) };
    const known: Knowing = { prepared: null, isBack: false };
    await perform(session, known, error => stop.abort(error)).catch((error: unknown) => {
      const failure = signals.aborted ? interruption(signals) : error;
      if (!(failure instanceof RolloutError)) throw failure;
      const { code, message } = failure;
      const hint = code === 'INTERRUPTED' ? onward(request, known, failure.hint) : failure.hint;
      const standing = standingOf(session, known);
      emit({ type: 'failed', code, message, hint, ...(standing ? { standing } : {}) });
    });
  });
}

/** What follows an interruption whose rollout is to go. */
function onward({ inputs, secondsAfterCancel }: Request, { isBack }: Known, hint: string): string {
  if (isApplied(inputs))
    return 'Run the same action again: it goes on from here. The cluster keeps rolling out what was applied; to go back, reject with strategy none and these manifests.';
  if (inputs.onCancel === 'keep') return hint;
  if (secondsAfterCancel !== undefined) return 'Nothing: the end of the job takes back the rest. If it cannot, run reject.';
  return isBack ? 'Nothing: everything was taken back.' : 'Run reject: it takes back what is left.';
}

/** What the run knows of the requests, as it goes on. */
type Knowing = { -readonly [Key in keyof Known]: Known[Key] };

async function perform(given: Session, known: Knowing, onLost: (error: RolloutError) => void): Promise<void> {
  const { inputs } = given.request;
  const session = { ...given, request: withoutBaseline(asMembers(await locate(given.request, given.cluster))) };
  if (inputs.action === 'analyze') return await analyze(session, apps => (known.prepared = { apps }));
  if (inputs.action === 'undo') return await undo(session, { deploy: asked => perform(asked, known, onLost), onLost });
  if (inputs.action === 'sweep') return await sweep(session, rollout);
  if (inputs.adopt && inputs.action === 'deploy') {
    const steps = await adopt(session);
    if (steps.length > 0) return foretell(session, steps);
  }
  if (isApplied(inputs)) return await leased(session, onLost, lease => deployInPlace({ session, lease }));
  await performClaimed(session, inputs.action, { known, onLost });
}

interface Watching {
  readonly known: Knowing;
  readonly onLost: (error: RolloutError) => void;
}

/** What is done under a claim, and what its end is whichever way it ends. */
async function performClaimed(session: Session, action: Action, { known, onLost }: Watching): Promise<void> {
  await leased(session, onLost, async lease => {
    try {
      await toTheOutcome(session, action, { lease, known });
    } catch (error) {
      await afterFailure(session, lease, { error, known });
      throw error;
    }
  });
}

interface Claiming {
  readonly lease: Lease;
  readonly known: Knowing;
}

async function toTheOutcome(given: Session, action: Action, claiming: Claiming): Promise<void> {
  const session = askingForRights(given);
  const done = await toTheEnd(session, action, claiming);
  if (isInPlace(session, done)) return await takeBack({ session, lease: claiming.lease }, done);
  await lookAtTheEnd(session, done);
  const pruning = !session.request.inputs.dryRun && isTaken(session.request, done) ? done.pruning : null;
  const pruned = await prune(pruning, { session, lease: claiming.lease });
  const now = standingNow(session, done);
  const address = await tellAddresses(session);
  const outcome = asPruned(outcomeOf(session.request, done, now), pruned);
  if (action === 'reject' && outcome.status === 'unchanged') await tellAbsent(session, [outcome.namespace]);
  session.emit({ type: 'outcome', outcome: { ...outcome, ...address } });
}

/** A dry run shows the first half: the plan of the deploy is made over what it leaves. */
function foretell({ request, emit }: Session, steps: readonly PlannedStep[]): void {
  emit({ type: 'planned', steps, waitSeconds: 0, dryRun: true });
  const because = 'these come first: the deploy is planned when they are done';
  emit({ type: 'outcome', outcome: { ...bareOutcome(request, 'deployed'), because } });
}

/** A run that wrote nothing leaves what it planned from. */
const standingNow = (session: Session, done: Prepared): Pick<Prepared, 'apps'> =>
  session.request.inputs.dryRun || done.plan.length === 0 ? done : { apps: asSeen(session, done) };

/** A promote, or a deploy again, that found nothing else to do has done this. */
const asPruned = (outcome: Outcome, pruned: number): Outcome =>
  outcome.status === 'unchanged' && pruned > 0
    ? {
        ...outcome,
        status: outcome.action === 'deploy' ? 'deployed' : 'promoted',
        because: `objects that the release no longer has were removed: ${pruned} ${pruned === 1 ? 'object' : 'objects'}`,
      }
    : outcome;

/** A plan that was carried out, and what its release drops. */
interface Done extends Prepared {
  readonly pruning: Pruning | null;
}

/** An outcome says only what was seen. */
async function lookAtTheEnd(session: Session, done: Prepared): Promise<void> {
  const { action, dryRun } = session.request.inputs;
  if (action === 'promote' && !dryRun) await rolledOut(session, done);
  if (action !== 'reject') return;
  if (!dryRun) await awaitGivenBack(session, done);
  if (dryRun || done.plan.length > 0) await refuseStillRunning(session, done);
}

/** Where promote has nothing to do stable has the release already; whether it runs it is told by the cluster. */
async function rolledOut(session: Session, { apps, views, plan }: Prepared): Promise<void> {
  for (const app of apps.filter(each => !isBusy({ plan }, each))) {
    const stable = views[app.key]?.workloads.stable;
    if (!app.stable || !stable || stable.ready >= stable.replicas) continue;
    await awaitReady(session, { do: 'await-ready', ref: refOf(app.stable), template: null, isStable: false });
  }
}

/** The files are applied as they are, and no rollout is opened. */
const isApplied = ({ action, strategy }: Inputs): boolean => action === 'deploy' && strategyNamed(strategy).place === 'in-place';

/** A release that was deployed in place leaves no record: its Deployments know their previous revision. */
const isInPlace = ({ request: { inputs } }: Session, { plan, isSuperseded }: Prepared): boolean =>
  inputs.action === 'reject' && plan.length === 0 && !isSuperseded && strategyNamed(inputs.strategy).place !== 'beside';

async function takeBack(means: Means, done: Prepared): Promise<void> {
  const { session } = means;
  const told = await rejectInPlace(means, done.apps[0]?.live.rendered ?? {});
  const outcome = outcomeOf(session.request, done, await prepared(session, 'retreat'));
  session.emit({ type: 'outcome', outcome: told(outcome) });
}

/** Read and plan, until a plan has been carried out to its end: what follows a claim is planned again under it. */
async function toTheEnd(session: Session, action: Action, { lease, known }: Claiming): Promise<Done> {
  const pruning = await pruningOf(session);
  let told: Prepared | null = null;
  let hasBegun = false;
  let isJustClaimed = false;
  for (let attempt = 1; ; attempt++) {
    const plan: Prepared = await (isJustClaimed ? preparedAgain(session, action) : prepared(session, action));
    known.prepared = plan;
    if (!told) announce(session, plan, { action, pruning });
    told ??= plan;
    hasBegun ||= await begin({ session, lease }, plan, pruning);
    if (session.request.inputs.dryRun) return { ...plan, pruning };
    if (!hasBegun) continue;
    const end = await carryThrough(plan, action, { session, lease }).catch(async (error: unknown) => {
      if (!isOutrun(error, lease) || attempt >= MOST_CLAIMS) throw error;
      await lease.giveBack();
      return 'outrun' as const;
    });
    isJustClaimed = end === 'claimed' && !(await runEntry(plan, action, { session, lease }));
    if (end === 'ended')
      return { ...plan, plan: told.plan, isFirst: told.isFirst, isDeleted: told.isDeleted, isSuperseded: told.isSuperseded, pruning };
  }
}

/** A claim that another process was faster with: its record tells what to do, and why not. */
const isOutrun = (error: unknown, lease: Lease): boolean =>
  error instanceof RolloutError && error.code === 'CONCURRENT_ROLLOUT' && error.cause instanceof RolloutError && lease.isUntouched();

const MOST_CLAIMS = 5;

/** What a run is about to do beside its plan. */
interface Begun {
  readonly action: Action;
  readonly pruning: Pruning | null;
}

/** Sees to what a plan needs before its first write; false where a namespace has come, over which it has to be made again. */
async function begin(means: Means, plan: Prepared, pruning: Begun['pruning']): Promise<boolean> {
  const { session } = means;
  const needs = needsOf(plan);
  const own = pruningNeeds(pruning);
  const isNow = isTaken(session.request, plan);
  await refuseUnpermitted(session, isNow ? { ...needs, now: [...needs.now, ...own] } : { ...needs, onward: [...needs.onward, ...own] });
  if (session.request.inputs.dryRun) return true;
  if (await bringNamespaces(plan, means)) return false;
  if (isNow) await widenSet(pruning, means);
  return true;
}

/** The same steps are shown before they run, in a dry run, and when they run. */
function announce({ request, emit }: Session, prepared: Prepared, { action, pruning }: Begun): void {
  const { plan, apps, notices, chosen } = prepared;
  for (const text of notices) emit({ type: 'notice', level: chosen.includes(text) ? 'info' : 'warning', text });
  const isNow = isTaken(request, prepared);
  const { waitSeconds, ...told } = tellPlan(plan, apps);
  const steps = [...stepsToBring(prepared), ...withJobs(told.steps, jobsAround(prepared, action))];
  emit({ type: 'planned', steps: [...steps, ...(isNow ? prunedSteps(pruning) : [])], waitSeconds, dryRun: request.inputs.dryRun });
  const later = isNow ? [] : prunedSteps(pruning);
  if (later.length > 0) emit({ type: 'notice', level: 'info', text: `At promote: ${later.map(({ text }) => text).join('; ')}.` });
}
