import { RolloutError } from '../../errors.ts';
import { awaitReady } from '../../execute/await.ts';
import { carryOut, type Means } from '../../execute/carry-out.ts';
import type { Session } from '../../execute/session.ts';
import { sharing } from '../../execute/sharing.ts';
import { together } from '../../execute/together.ts';
import { untilAnswered } from '../../execute/unanswered.ts';
import { isGoing } from '../../manifests/going.ts';
import { at, record, same, text } from '../../manifests/json.ts';
import { isChangedBy } from '../../manifests/owned.ts';
import { called, isPhased, jobOf } from '../../manifests/phases.ts';
import { decode, recordName, recordsOf } from '../../manifests/record.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { toJson } from '../../manifests/template.ts';
import type { Outcome, PlannedStep } from '../../model/event.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import type { Inputs } from '../../model/request.ts';
import { needsInPlace } from '../../plan/needs.ts';
import { apply } from '../../plan/operations/apply.ts';
import type { Pruning } from '../../plan/operations/pruning.ts';
import { describe, imagesOf } from '../../plan/words/describe.ts';
import { fileNotices } from '../../plan/words/file-notices.ts';
import { beingDeleted } from '../../plan/world/going.ts';
import { waves } from '../../plan/world/order-of-kinds.ts';
import { inRounds, turnsOf } from '../../plan/world/turns.ts';
import { awaited } from '../../readiness/index.ts';
import { isSuspended } from '../../readiness/job.ts';
import { DEPLOYMENT, isDeployment } from '../../workloads/deployment.ts';
import { workloadOf } from '../../workloads/index.ts';
import { isStatefulSet, STATEFUL_SET } from '../../workloads/stateful-set.ts';
import { tellAddresses } from '../addresses.ts';
import { refuseUnpermitted } from '../permitted.ts';
import { prune, prunedSteps, pruningOf, widenSet } from '../pruning.ts';
import { type PhasesInPlace, phasesInPlace } from './phases.ts';
import { rehearseFiles } from './rehearse.ts';

/**
 * Strategy `none`: the files are applied as `kubectl apply --server-side` would and awaited. It opens no rollout, and refuses over an open
 * one. Its lease claims nothing: two plain deploys are like two `kubectl apply`.
 * @throws RolloutError ROLLOUT_OPEN, NOT_READY, APPLY_CONFLICT and what the API server refuses.
 */
export async function deployInPlace(means: Means): Promise<void> {
  const { session } = means;
  const { request, emit } = session;
  const objects = request.manifests.map(({ object }) => withPace(object, request.inputs)).filter(object => !isPhased(object));
  await together([refuseOpen(session, objects), readLive(session, objects)]);
  const going = objects.map(object => session.seen.get(keyOf(refOf(object)))).find(object => object && isGoing(object));
  if (going) throw beingDeleted(going);
  const turns = turnsOf(objects, true);
  const operations = waves(objects).flatMap(wave => inRounds(wave, turns).map(round => round.map(object => applying(object, session))));
  for (const text of fileNotices(request)) emit({ type: 'notice', level: 'warning', text });
  const [pruning, phases] = await together([pruningOf(session), phasesInPlace(means, operations.flat())]);
  announce(session, operations, { pruning, phases });
  const files = [...objects, ...phases.due.map(({ file }) => file)];
  await refuseUnpermitted(session, needsInPlace(files, { objects: Object.fromEntries(session.seen) }));
  await rehearseFiles(session, objects);
  if (request.inputs.dryRun) return emit({ type: 'outcome', outcome: outcomeOf(session, 'deployed') });
  const before = new Map(session.seen);
  await widenSet(pruning, means);
  await phases.enter();
  for (const wave of operations) await applyWave(means, wave);
  await phases.leave();
  const lasting = objects.filter(object => !isPassing(object)).map(object => keyOf(refOf(object)));
  await prune(pruning, means);
  const changed = (pruning?.dropped ?? []).length > 0 || lasting.some(key => isChanged(before.get(key), session.seen.get(key)));
  await tellAddresses(session);
  emit({ type: 'outcome', outcome: { ...outcomeOf(session, changed ? 'deployed' : 'unchanged'), ...imagesInPlace(before, session.seen) } });
}

/** What runs in the place of what: of Deployments that were there before. */
function imagesInPlace(before: ReadonlyMap<string, KubeObject>, after: ReadonlyMap<string, KubeObject>): Pick<Outcome, 'images'> {
  const changes = [...before].flatMap(([key, old]) => {
    const now = after.get(key);
    if (!isDeployment(old) || !now || same(imagesOf(old), imagesOf(now))) return [];
    return [{ workload: old.metadata.name, from: imagesOf(old).map(text), to: imagesOf(now).map(text) }];
  });
  return changes.length > 0 ? { images: changes } : {};
}

/** The user's own surge and unavailability of a rolling update, in place of the file's. */
function withPace(object: KubeObject, { surge, unavailable }: Inputs): KubeObject {
  if (!isDeployment(object) || (surge === null && unavailable === null)) return object;
  const count = (value: string): string | number => (value.endsWith('%') ? value : Number(value));
  const rollingUpdate = {
    ...record(at(object, 'spec.strategy.rollingUpdate')),
    ...(surge === null ? {} : { maxSurge: count(surge) }),
    ...(unavailable === null ? {} : { maxUnavailable: count(unavailable) }),
  };
  return { ...object, spec: toJson({ ...object.spec, strategy: { type: 'RollingUpdate', rollingUpdate } }) };
}

async function refuseOpen({ cluster }: Session, objects: readonly KubeObject[]): Promise<void> {
  const workloads = objects.filter(object => isDeployment(object) || isStatefulSet(object));
  const namespaces = [...new Set(workloads.flatMap(({ metadata }) => metadata.namespace ?? []))];
  const records = await together(namespaces.map(namespace => cluster.list(recordsOf(namespace))));
  const named = (record: KubeObject): readonly KubeObject[] =>
    workloads.filter(
      ({ metadata: { name, namespace } }) => record.metadata.namespace === namespace && record.metadata.name === recordName(name),
    );
  // What cannot be read may be of either kind.
  const isOf = (record: KubeObject, { kind }: KubeObject): boolean => workloadOf(decode(record, null) ?? { kind }).kind === kind;
  const open = records.flat().find(record => named(record).some(workload => isOf(record, workload)));
  if (open) {
    throw new RolloutError(
      'ROLLOUT_OPEN',
      `a rollout is open on a workload of these files (${nameOf(refOf(open))})`,
      'Promote or reject it first: a plain deploy would change the version that the canary is compared with.',
    );
  }
}

/** What an apply has to respect (autoscalers, counts), and what tells afterwards whether anything changed. */
async function readLive(session: Session, objects: readonly KubeObject[]): Promise<void> {
  const { cluster } = session;
  const named = objects.filter(({ metadata }) => metadata.name);
  const lists = new Map(
    named
      .filter(isListed)
      .map(({ apiVersion, kind, metadata: { namespace } }) => [
        `${kind} ${namespace ?? ''}`,
        { apiVersion, kind, ...(namespace ? { namespace } : {}) },
      ]),
  );
  const scaled = new Set(
    named.filter(({ kind }) => kind === DEPLOYMENT.kind || kind === STATEFUL_SET.kind).flatMap(({ metadata }) => metadata.namespace ?? []),
  );
  for (const namespace of scaled)
    lists.set(`HorizontalPodAutoscaler ${namespace}`, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace });
  const [listed, single] = await together([
    together([...lists.values()].map(of => cluster.list(of))),
    together(named.filter(object => !isListed(object)).map(object => untilAnswered(session, () => cluster.get(refOf(object))))),
  ]);
  for (const object of [...listed.flat(), ...single]) if (object) session.seen.set(keyOf(refOf(object)), object);
}

/** One list is cheaper than many reads; Secrets are read one by one, so that no more of them than needed are seen. */
const isListed = ({ kind }: KubeObject): boolean =>
  [DEPLOYMENT.kind, STATEFUL_SET.kind, 'Service', 'ConfigMap', 'HorizontalPodAutoscaler'].includes(kind);

function applying(object: KubeObject, { request, seen, cluster }: Session): Operation {
  const objects = Object.fromEntries(seen);
  return apply(object, { request, live: { now: cluster.now(), objects, versions: {}, rendered: {}, ended: [], changed: [] } });
}

/** All of a wave is written before any of it is awaited: what is read then is never older than the writes. */
async function applyWave(means: Means, wave: readonly Operation[]): Promise<void> {
  const { session } = means;
  await together(wave.map(operation => applyOne(means, operation)));
  const refs = wave.flatMap(operation => (operation.do === 'apply' && isAwaited(operation.object) ? [refOf(operation.object)] : []));
  const waiting = refs.length > FEW ? { ...session, cluster: sharing(session.cluster) } : session;
  await together(refs.map(ref => awaitReady(waiting, { do: 'await-ready', ref, template: null, isStable: false })));
}

/** Up to this many workloads are watched one by one: a namespace may hold much else. */
const FEW = 3;

const isAwaited = (object: KubeObject): boolean => awaited(object) && !isSuspended(object) && object.kind !== 'Pod';

async function applyOne(means: Means, operation: Operation): Promise<void> {
  const { session } = means;
  const text = describe(operation);
  const began = session.cluster.time.elapsed();
  await carryOut(operation, means);
  session.emit({ type: 'done', text, seconds: (session.cluster.time.elapsed() - began) / 1000 });
}

interface Around {
  readonly pruning: Pruning | null;
  readonly phases: PhasesInPlace;
}

function announce({ emit, request }: Session, operations: readonly (readonly Operation[])[], { pruning, phases }: Around): void {
  const step = (stage: string, text: string): PlannedStep => ({ workload: '', stage, text, waitSeconds: 0 });
  const jobs = (isLast: boolean): readonly PlannedStep[] =>
    phases.due.flatMap(one =>
      (one.phase === 'after-promote') === isLast ? [step(one.phase, `run ${called(jobOf(one), one.phase)}`)] : [],
    );
  const applies = operations.flat().map(operation => step('apply', describe(operation)));
  const steps = [...jobs(false), ...applies, ...jobs(true), ...prunedSteps(pruning)];
  emit({ type: 'planned', steps, waitSeconds: 0, dryRun: request.inputs.dryRun });
}

/** A Job that the cluster removes when it has ended runs again with every deploy. */
const isPassing = (object: KubeObject): boolean => object.kind === 'Job' && object.spec?.ttlSecondsAfterFinished !== undefined;

const isChanged = (before: KubeObject | undefined, after: KubeObject | undefined): boolean =>
  !before || !after || isChangedBy(before, after);

function outcomeOf({ request }: Session, status: Outcome['status']): Outcome {
  const { inputs, namespace, release } = request;
  return {
    status,
    action: inputs.action,
    namespace,
    release,
    weights: {},
    canaryShare: 0,
    askedShare: null,
    variants: [],
    dryRun: inputs.dryRun,
    next: [],
  };
}
