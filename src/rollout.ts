import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import { RolloutError } from './errors.ts';
import { awaitReady } from './execute/await.ts';
import { channel } from './execute/channel.ts';
import { execute, type Wording } from './execute/execute.ts';
import { type Lease, openLease } from './execute/lease.ts';
import { read } from './execute/read.ts';
import { interruption, noticingOnce, type Session } from './execute/session.ts';
import { deployInPlace } from './in-place.ts';
import { rejectInPlace } from './in-place-reject.ts';
import { locate } from './locate.ts';
import { refOf } from './manifests/refs.ts';
import type { Event, PlannedStep } from './model/event.ts';
import type { MeasuredCluster } from './model/metrics.ts';
import type { Operation } from './model/operation.ts';
import type { Inputs, Request } from './model/request.ts';
import type { Action } from './model/stage.ts';
import { type App, appOf } from './plan/app.ts';
import { describe, foresee, waitOf } from './plan/describe.ts';
import { operationsOf } from './plan/operations.ts';
import { firstRejected, outcomeOf } from './plan/outcome.ts';
import { type Prepared, prepare } from './plan/prepare.ts';
import { refuseStillRunning } from './still-running.ts';

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
    const session: Session = { cluster, request, signal: signals, seen: new Map(), emit: noticingOnce(emit) };
    const safe: { traffic?: 'stable' } = {};
    const heard: Heard = { onLost: error => stop.abort(error), onSafe: () => Object.assign(safe, { traffic: 'stable' }) };
    await perform(session, heard).catch((error: unknown) => {
      const failure = signals.aborted ? interruption(signals) : error;
      if (!(failure instanceof RolloutError)) throw failure;
      const { code, message, hint } = failure;
      emit({ type: 'failed', code, message, hint, ...safe });
    });
  });
}

/** Who hears that the claim was lost, and that a failure has given all requests back. */
interface Heard {
  onLost(error: RolloutError): void;
  onSafe(): void;
}

async function perform(given: Session, { onLost, onSafe }: Heard): Promise<void> {
  const { inputs } = given.request;
  const session = { ...given, request: await locate(given.request, given.cluster) };
  if (inputs.strategy === 'none' && inputs.action === 'deploy') return await deployInPlace(session);
  if (inputs.action === 'deploy') await ensureNamespaces(session);
  const lease = openLease(session, { host: hostname(), pid: process.pid }, onLost);
  try {
    const done = await toTheEnd(session, lease, inputs.action);
    if (isInPlace(session, done)) return await takeBack(session, done);
    if (inputs.action === 'promote' && !inputs.dryRun) await rolledOut(session, done);
    if (inputs.action === 'reject' && (inputs.dryRun || done.plan.length > 0)) await refuseStillRunning(session, done);
    const now = inputs.dryRun || done.plan.length === 0 ? done : asSeen(session, done);
    session.emit({ type: 'outcome', outcome: outcomeOf(session.request, done, now) });
  } catch (error) {
    if (await afterFailure(session, lease, error)) onSafe();
    throw error;
  } finally {
    lease.stop();
  }
}

/** Where promote has nothing to do stable has the release already; whether it runs it is told by the cluster. */
async function rolledOut(session: Session, { apps, views, plan }: Prepared): Promise<void> {
  const isIdle = ({ key }: App): boolean => !plan.flat().some(({ workload }) => workload === key);
  for (const app of apps.filter(isIdle)) {
    const stable = views[app.key]?.workloads.stable;
    if (!app.stable || !stable || stable.ready >= stable.replicas) continue;
    await awaitReady(session, { do: 'await-ready', ref: refOf(app.stable), template: null, isStable: false });
  }
}

/** The workloads as the answers to our own writes and waits left them: another read would tell nothing more. */
function asSeen({ seen }: Session, { apps }: Prepared): Pick<Prepared, 'apps'> {
  const objects = Object.fromEntries(seen);
  return {
    apps: apps.map(app => appOf({ namespace: app.namespace, name: app.name }, { ...app, live: { ...app.live, objects } }, app.others)),
  };
}

/** A release that was deployed in place leaves no record: its Deployments know their previous revision. */
const isInPlace = ({ request: { inputs } }: Session, { plan, isSuperseded }: Prepared): boolean =>
  inputs.action === 'reject' && plan.length === 0 && !isSuperseded && (inputs.strategy === 'none' || inputs.strategy === 'recreate');

async function takeBack(session: Session, done: Prepared): Promise<void> {
  const told = await rejectInPlace(session, done.apps[0]?.live.rendered ?? {});
  const outcome = outcomeOf(session.request, done, await prepared(session, 'retreat'));
  session.emit({ type: 'outcome', outcome: told(outcome) });
}

/** A namespace among the files has to be there before a record can be. */
async function ensureNamespaces({ request, cluster }: Session): Promise<void> {
  const namespaces = request.manifests.map(({ object }) => object).filter(({ kind }) => kind === 'Namespace');
  if (request.inputs.dryRun) return;
  for (const namespace of namespaces)
    if (!(await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace.metadata.name }))) await cluster.apply(namespace);
}

/** Read and plan, until a plan has been carried out to its end: what follows a claim is planned again under it. */
async function toTheEnd(session: Session, lease: Lease, action: Action): Promise<Prepared> {
  let told: Prepared | null = null;
  for (let attempt = 1; ; attempt++) {
    const plan = await prepared(session, action);
    if (!told) announce(session, plan);
    told ??= plan;
    if (session.request.inputs.dryRun) return plan;
    const end = await execute(plan.plan, wordingOf(session, plan), { session, lease }).catch(async (error: unknown) => {
      if (!isOutrun(error, lease) || attempt >= MOST_CLAIMS) throw error;
      await lease.giveBack();
      return 'outrun' as const;
    });
    if (end === 'ended') return { ...plan, plan: told.plan, isFirst: told.isFirst, isSuperseded: told.isSuperseded };
  }
}

/** A claim that another process was faster with: its record tells what to do, and why not. */
const isOutrun = (error: unknown, lease: Lease): boolean =>
  error instanceof RolloutError && error.code === 'CONCURRENT_ROLLOUT' && error.cause instanceof RolloutError && lease.isUntouched();

const MOST_CLAIMS = 5;

async function prepared(session: Session, action: Action): Promise<Prepared> {
  const isRehearsed = action !== 'retreat' && action === session.request.inputs.action;
  const live = await read(session.request, session.cluster, { hasEnded, isRehearsed });
  session.seen.clear();
  for (const [key, object] of Object.entries(live.objects)) session.seen.set(key, object);
  return prepare(session.request, live, action);
}

function wordingOf(session: Session, { apps }: Prepared): Wording {
  return {
    describe,
    batchesOf: placed => {
      const app = apps.find(({ key }) => key === placed.workload);
      return app ? operationsOf(placed, { ...app, live: { ...app.live, objects: Object.fromEntries(session.seen) } }) : [];
    },
  };
}

/** The same steps are shown before they run, in a dry run, and when they run. */
function announce({ request, emit }: Session, { plan, apps, notices }: Prepared): void {
  for (const text of notices) emit({ type: 'notice', level: 'warning', text });
  const steps: PlannedStep[] = [];
  let objects = apps[0]?.live.objects ?? {};
  for (const placed of plan.flat()) {
    const app = apps.find(({ key }) => key === placed.workload);
    const operations: readonly Operation[] = app ? operationsOf(placed, { ...app, live: { ...app.live, objects } }).flat() : [];
    objects = operations.reduce(foresee, objects);
    steps.push(
      ...operations.map(operation => ({
        workload: placed.workload,
        stage: placed.stage,
        text: describe(operation),
        waitSeconds: waitOf(operation),
      })),
    );
  }
  const waitSeconds = steps.reduce((sum, step) => sum + step.waitSeconds, 0);
  emit({ type: 'planned', steps, waitSeconds, dryRun: request.inputs.dryRun });
}

/**
 * A failing deploy ends safe: traffic goes back to stable, and true says that it did. A claim under which nothing was written is given
 * back.
 */
async function afterFailure(session: Session, lease: Lease, error: unknown): Promise<boolean> {
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

/** Only a process of this machine can be known to have ended. */
function hasEnded({ host, pid }: { readonly host?: string; readonly pid?: number }): boolean {
  if (host !== hostname() || pid === undefined || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
