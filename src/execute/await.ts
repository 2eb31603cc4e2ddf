import { RolloutError } from '../errors.ts';
import { differences } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { keyOf, nameOf } from '../manifests/refs.ts';
import { isSameTemplate, templateOf } from '../manifests/template.ts';
import type { Readiness } from '../model/event.ts';
import type { Ref } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import type { Program } from '../model/probe.ts';
import { logCommand } from '../readiness/container.ts';
import { inEndpoints } from '../readiness/endpoints.ts';
import { explain, suspect } from '../readiness/explain.ts';
import { readiness } from '../readiness/index.ts';
import { isDeployment } from '../workloads/deployment.ts';
import { noteEndpoints } from './age.ts';
import { clearWay } from './clear-way.ts';
import { endOfJob } from './ended-jobs.ts';
import { lastLines } from './last-lines.ts';
import { revisionsOnDemand, withRevisions } from './newest.ts';
import { eventsOf, newsAbout } from './news.ts';
import { knowingPods, noteReadyPods } from './ready-pods.ts';
import { isRemovedWith, REMOVED_HINT } from './removed.ts';
import { checkpoint, interruption, metNow, note, notedNow, type Session } from './session.ts';
import { endpointTargets, readyTargets, type Targets } from './targets.ts';
import { together } from './together.ts';
import { type Snapshot, watchAll } from './watching.ts';

type AwaitReady = Extract<Operation, { do: 'await-ready' }>;
type AwaitEndpoints = Extract<Operation, { do: 'await-endpoints' }>;

/**
 * Waits until an object is rolled out.
 * @throws RolloutError NOT_READY in the cluster's own words as soon as waiting cannot help, or at the timeout; UNHEALTHY_STABLE for stable
 * before a canary; STABLE_DIFFERS when another writer replaced the template meanwhile; NOT_FOUND when it is gone.
 */
export async function awaitReady(session: Session, { ref, template, isStable, rejected }: AwaitReady, guard = unguarded): Promise<void> {
  const news = newsAbout(session, ref);
  const clear = rejected ? clearWay(session, { rejected, guard }) : null;
  const revisions = revisionsOnDemand(session);
  const judge = async (snapshot: Snapshot): Promise<Readiness> => {
    const object = snapshot.object?.[0];
    if (!object) return (await endOfJob(session, ref)) ?? gone(ref);
    if (template && !isSameTemplate(templateOf(object), template)) throw differs(ref, differences(template, templateOf(object), 3));
    const state = readiness(object, seen(snapshot, session.cluster.now()));
    if (state.state === 'ready') return state;
    await clear?.(object, snapshot.pods ?? []);
    const told = { ...seen(snapshot, session.cluster.now()), events: await news() };
    return readiness(object, { ...told, replicaSets: snapshot.replicaSets ?? (await revisions(object, told)) });
  };
  if (await isReadyNow(session, ref, judge)) return;
  const targets = await targetsOf(session, ref);
  const last = await until(session, targets, judge).catch((error: unknown) => {
    throw isStable && error instanceof RolloutError && error.code === 'NOT_READY' ? unhealthy(error) : error;
  });
  for (const object of last.object ?? []) note(session, object);
  noteReadyPods(session, targets, last);
}

/**
 * Whether a Deployment is rolled out already. A complete one is so whatever its pods show, so the last answer or one read is enough. A list right after
 * a write would take 100 ms, since the API server waits until its cache has caught up. A Deployment that was just written has to be watched anyway.
 */
async function isReadyNow(session: Session, ref: Ref, judge: Judge): Promise<boolean> {
  checkpoint(session);
  if (!isDeployment(ref)) return false;
  const noted = notedNow(session, ref);
  const object = noted ?? (await session.cluster.get(ref));
  if (object === null || (await judge({ object: [object] })).state !== 'ready') return false;
  if (!noted) note(session, object);
  return true;
}

/** Waits until every ready pod of a variant is an endpoint of every Service that is about to send it requests. */
export async function awaitEndpoints(session: Session, { namespace, services, pods }: AwaitEndpoints): Promise<void> {
  const found = services.flatMap(name => session.seen.get(keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name })) ?? []);
  const wait = [namespace, pods, ...services].join(' ');
  if (found.length === 0 || metNow(session, wait)) return;
  const { slices = [] } = await until(knowingPods(session), endpointTargets({ namespace, services, pods }), snapshot => {
    const states = found.map(service => inEndpoints(service, snapshot.slices ?? [], snapshot.pods ?? []));
    return states.find(({ state }) => state !== 'ready') ?? { state: 'ready', text: `endpoints of ${services.join(', ')}` };
  });
  noteEndpoints(session, slices);
  session.trail.endpoints.set(wait, session.cluster.time.elapsed());
}

/** Waits until an object is gone, or another one bears its name. */
export async function awaitGone(session: Session, ref: Ref, uid: string | undefined): Promise<void> {
  await until(session, { object: ref }, snapshot => {
    const left = snapshot.object?.find(object => uid === undefined || object.metadata.uid === uid);
    return left
      ? { state: 'waiting', text: `${nameOf(ref)} is being deleted`, hint: STAYING }
      : { state: 'ready', text: `${nameOf(ref)} is gone` };
  });
}

const STAYING = 'Check what keeps it: its finalizers, or pods that do not terminate. Then run the same action again: it resumes from here.';

/** What writes nothing needs no claim. */
const unguarded = (): Promise<void> => Promise.resolve();

type Judge = (snapshot: Snapshot) => Readiness | Promise<Readiness>;

/** Watches until the judge is content; explains and throws NOT_READY when that cannot be, or takes too long. */
export async function until(session: Session, targets: Targets, judge: Judge): Promise<Snapshot> {
  checkpoint(session);
  const patience = new Patience(session, targets);
  for await (const snapshot of watchAll(session.cluster, targets, session.signal)) {
    const state = await judge(snapshot);
    if (state.state === 'ready') return snapshot;
    if (!patience.isOver(state)) continue;
    // A watch may lag behind: a read has the last word before the action ends.
    const last = await readAll(session, withRevisions(targets)).catch(() => snapshot);
    const end = await judge(last);
    if (end.state === 'ready') return last;
    if (patience.isOver(end)) throw await patience.refusal(end, last);
  }
  throw interruption(session.signal);
}

/** What the watches should show, as it is now. */
async function readAll({ cluster }: Session, targets: Targets): Promise<Snapshot> {
  const reads = Object.entries(targets).map(async ([name, target]) => {
    if (!('name' in target)) return [name, await cluster.list(target)] as const;
    const object = await cluster.get(target);
    return [name, object ? [object] : []] as const;
  });
  return Object.fromEntries(await together(reads));
}

type Waiting = Exclude<Readiness, { state: 'ready' }>;

/** The hint where the pods stay, and can be looked at. */
function hintAt({ hint }: Waiting, program: Program | null): string {
  const given = hint ?? `Look at the pods' events and logs; a longer timeout helps only if they were making progress.`;
  return !program || given.includes(' logs ') ? given : `${given} More: ${logCommand(program)}`;
}

/** The hint where the pods go with the failure: a command that asks them for logs would find none. */
const hintWithoutPods = ({ hint }: Waiting): string => (hint && !hint.includes(' logs ') ? hint : REMOVED_HINT);

/** How long a state has stood, and when that is too long. */
class Patience {
  private readonly began: number;
  private failingSince: number | null = null;
  private told = '';

  constructor(
    private readonly session: Session,
    private readonly targets: Targets,
  ) {
    this.began = session.cluster.time.elapsed();
  }

  /** Whether waiting on cannot help, or has taken too long. */
  isOver(state: Waiting): boolean {
    const now = this.session.cluster.time.elapsed();
    if (state.text !== this.told) {
      this.told = state.text;
      this.session.emit({ type: 'progress', text: state.text });
    }
    this.failingSince = state.state === 'failing' ? (this.failingSince ?? now) : null;
    return this.isHopeless(state) || now - this.began >= this.session.request.inputs.timeoutSeconds * 1000;
  }

  /** The error that ends the wait, with what the cluster says of it told before. */
  async refusal(state: Waiting, snapshot: Snapshot): Promise<RolloutError> {
    const { inputs } = this.session.request;
    const { timeoutSeconds } = inputs;
    const isHopeless = this.isHopeless(state);
    const program = await this.explain(snapshot);
    const isRemoved = isRemovedWith(inputs) && (snapshot.object ?? []).some(isOurs);
    const hint = isRemoved ? hintWithoutPods(state) : hintAt(state, program);
    return new RolloutError('NOT_READY', isHopeless ? state.text : `not ready within ${timeoutSeconds} s: ${state.text}`, hint);
  }

  private isHopeless(state: Waiting): boolean {
    const since = this.failingSince;
    return state.state === 'failing' && since !== null && this.session.cluster.time.elapsed() - since >= state.graceSeconds * 1000;
  }

  /** Tells what the cluster says, and the container whose words may tell more. */
  private async explain(snapshot: Snapshot): Promise<Program | null> {
    const object = snapshot.object?.[0];
    const ref = this.targets.object;
    if (!object || !ref || !('name' in ref)) return null;
    const events = await eventsOf(this.session.cluster, ref.namespace);
    const around = { ...seen(snapshot, this.session.cluster.now()), events };
    const lines = explain(object, around);
    const program = suspect(object, around);
    const log = program && (await lastLines(this.session.cluster, program));
    if (lines.length > 0) this.session.emit({ type: 'explained', ref, lines, ...(log ? { log } : {}) });
    return program;
  }
}

const seen = (snapshot: Snapshot, now: number) => ({
  pods: snapshot.pods ?? [],
  replicaSets: snapshot.replicaSets ?? [],
  events: [],
  now,
});

async function targetsOf({ cluster, seen: known }: Session, ref: Ref): Promise<Targets> {
  return readyTargets(ref, known.get(keyOf(ref)) ?? (await cluster.get(ref)));
}

function gone(ref: Ref): never {
  throw new RolloutError('NOT_FOUND', `${nameOf(ref)} is gone: somebody deleted it during the wait`, 'Run the action again.');
}

const differs = (ref: Ref, paths: readonly string[]): RolloutError =>
  new RolloutError(
    'STABLE_DIFFERS',
    `${nameOf(ref)} got a different pod template from another writer during its rollout; it differs at ${paths.map(path => `spec.template.${path}`).join(', ')}`,
    'Find out who writes it (see its managedFields), then run the action again or reject.',
  );

const unhealthy = (error: RolloutError): RolloutError =>
  new RolloutError(
    'UNHEALTHY_STABLE',
    `stable is not fully rolled out, so a canary has nothing to be compared with: ${error.message}`,
    `${error.hint} Or set allow-unhealthy-stable: true.`,
  );
