import { RolloutError } from '../../errors.ts';
import { awaitReady } from '../../execute/await.ts';
import { note, type Session } from '../../execute/session.ts';
import { awaitStopped } from '../../execute/stopped.ts';
import { together } from '../../execute/together.ts';
import { same } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { asRead, isSameTemplate, templateOf, toJson } from '../../manifests/template.ts';
import type { Outcome } from '../../model/event.ts';
import type { JsonObject, KubeObject, PatchOperation, Ref } from '../../model/kube.ts';
import { refusePaused } from '../../plan/refusals/paused.ts';
import { imagesOf } from '../../plan/words/describe.ts';
import { gapNotices } from '../../plan/words/gap.ts';
import { isInstead } from '../../strategies/index.ts';
import { DEPLOYMENT, deploymentAt, isDeployment } from '../../workloads/deployment.ts';
import { revisionsOf } from '../../workloads/workload.ts';
import { giveFieldsBack, remembering } from './owners.ts';
import { hashOf, isBack, isMarked, previousOf, revisionOf, revisionTemplate } from './revisions.ts';

/**
 * Takes a release back that was deployed in place: every Deployment that runs just this release goes back to its previous revision, as
 * `kubectl rollout undo` would, and is awaited; with strategy `recreate` none of its pods runs any more when the first of the revision
 * before starts. Tells its plan and its steps; resolves to what they make of the outcome. `rendered` are the
 * release's templates by workload.
 * @throws RolloutError INVALID_INPUT without manifests, which alone tell what was released; INVALID, UNSUPPORTED, NOT_READY.
 */
export async function rejectInPlace(
  session: Session,
  rendered: Readonly<Record<string, JsonObject>>,
): Promise<(outcome: Outcome) => Outcome> {
  const { manifests, inputs } = session.request;
  if (manifests.length === 0) throw nothingNamed(inputs.strategy);
  const files = manifests.map(({ object }) => object).filter(isDeployment);
  const ways = leaveFirst(session, (await together(files.map(file => wayOf(session, file, rendered)))).flat());
  const undone = ways.filter(({ text }) => text !== null);
  if (undone.length > 0) tellStaying(session);
  announce(session, ways);
  if (!inputs.dryRun) await together(ways.map(way => go(session, way)));
  return outcome => ({ ...outcome, ...told(undone, inputs.dryRun), variants: variantsAfter(outcome, undone) });
}

function told(undone: readonly Way[], dryRun: boolean): Pick<Outcome, 'status' | 'because'> {
  if (undone.length === 0)
    return { status: 'unchanged', because: 'no Deployment of these manifests runs this release (any more), so nothing was rolled back' };
  const names = undone.map(({ live }) => keyOf(live)).join(', ');
  return { status: 'rejected', because: `Deployment ${names} ${dryRun ? 'would go' : 'went'} back to the previous revision` };
}

/** A dry run shows what would run. */
function variantsAfter({ variants, dryRun }: Outcome, undone: readonly Way[]): Outcome['variants'] {
  return variants.map(variant => {
    const way = undone.find(({ live }) => live.metadata.name === variant.name);
    return dryRun && way?.before ? { ...variant, images: imagesOf(way.before) } : variant;
  });
}

/** The plan is made here, by revisions; nothing is told where nothing goes back. */
function announce({ request: { inputs }, emit }: Session, ways: readonly Way[]): void {
  const steps = ways.flatMap(({ live, text }) =>
    text === null ? [] : [{ workload: keyOf(live), stage: 'retreat', text, waitSeconds: 0 }],
  );
  if (isInstead(inputs.strategy))
    for (const { live, before } of ways) if (before) emit({ type: 'notice', level: 'warning', text: gap(refOf(live)) });
  if (steps.length > 0) emit({ type: 'planned', steps, waitSeconds: 0, dryRun: inputs.dryRun });
}

/** Other workloads of the files keep what the deploy gave them: a way back that leaves them says so. */
function tellStaying({ request: { manifests }, emit }: Session): void {
  const staying = manifests
    .map(({ object }) => object)
    .filter(({ apiVersion, kind }) => apiVersion.startsWith('apps/') && (kind === 'StatefulSet' || kind === 'DaemonSet'));
  if (staying.length === 0) return;
  const names = staying.map(object => nameOf(refOf(object))).join(', ');
  const text = `${names}: not taken back. Where the release changed it, deploy its earlier version, or take a StatefulSet back by undo.`;
  emit({ type: 'notice', level: 'warning', text });
}

/** How one Deployment goes back. */
interface Way {
  /** As it is, and as the release's files have it. */
  readonly live: KubeObject;
  readonly file: KubeObject;
  readonly sets: readonly KubeObject[];
  /** The revision to go back to; null where an earlier reject put it there, whose process may have died before the end. */
  readonly before: KubeObject | null;
  /** The step in words; null where there is nothing left but to wait. */
  readonly text: string | null;
  /** It runs the only revision that it ever had. */
  readonly isFirst?: true;
}

/** What never had another revision is not what a deploy of several changed: the others go back without it. */
function leaveFirst({ emit }: Session, ways: readonly Way[]): readonly Way[] {
  const first = ways.filter(({ isFirst }) => isFirst).map(({ live }) => keyOf(live));
  const others = ways.filter(({ isFirst }) => !isFirst);
  if (first.length === 0) return ways;
  if (others.length === 0) {
    throw new RolloutError(
      'UNSUPPORTED',
      `Deployment ${first.join(', ')} has no previous revision to go back to`,
      'Deploy the version that you want instead.',
    );
  }
  const text = `Deployment ${first.join(', ')} has no previous revision and stays as it is.`;
  emit({ type: 'notice', level: 'warning', text });
  return others;
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

async function wayOf(session: Session, file: KubeObject, rendered: Readonly<Record<string, JsonObject>>): Promise<readonly Way[]> {
  const { cluster } = session;
  const { namespace = '', name } = file.metadata;
  const key = `${namespace}/${name}`;
  const live = await cluster.get(deploymentAt({ namespace, name }));
  const released = rendered[key];
  if (!live) return [];
  if (!released) throw unrendered(key);
  const sets = await cluster.list({ ...revisionsOf(DEPLOYMENT), namespace });
  if (!isSameTemplate(templateOf(live), released)) {
    const text = isMarked(live, RECREATE.type) ? `${nameOf(refOf(live))}: finish the rollback that an earlier reject began` : null;
    return isBack(live, sets, released) ? [{ live, file, sets, before: null, text }] : [];
  }
  const before = previousOf(live, sets);
  if (!before) return [{ live, file, sets, before: null, text: null, isFirst: true }];
  refusePaused(live);
  const text = `${nameOf(refOf(live))}: go back to revision ${revisionOf(before)} (${imagesOf(before).join(', ')})`;
  return [{ live, file, sets, before, text }];
}

async function go(session: Session, way: Way): Promise<void> {
  const { text } = way;
  const began = session.cluster.time.elapsed();
  if (text !== null) session.emit({ type: 'step', text });
  await (way.before ? goBack(session, way, way.before) : finish(session, way));
  if (text !== null) session.emit({ type: 'done', text, seconds: (session.cluster.time.elapsed() - began) / 1000 });
}

async function goBack(session: Session, { live, file }: Way, before: KubeObject): Promise<void> {
  const isAlone = isInstead(session.request.inputs.strategy);
  const template = revisionTemplate(before);
  const strategy = isAlone ? RECREATE : await paceOf(session, { live, file });
  const after = { ...live, spec: toJson({ ...live.spec, template, strategy }) };
  for (const text of isAlone ? [] : gapNotices({ now: live, after })) session.emit({ type: 'notice', level: 'warning', text });
  const operations: readonly PatchOperation[] = [
    ...asRead(live),
    { op: 'replace', path: '/spec/template', value: template },
    ...remembering(live, template),
    ...(same(strategy, live.spec?.strategy) ? [] : [{ op: 'replace', path: '/spec/strategy', value: strategy } as const]),
  ];
  session.trail.hasMoved = true;
  note(session, await session.cluster.patch(refOf(live), operations, { manager: 'kubectl' }));
  if (isAlone) await awaitAlone(session, refOf(live), { next: hashOf(before), strategy: live.spec?.strategy });
  await giveFieldsBack(session, refOf(live), live.metadata.managedFields ?? []);
  await awaitReady(session, { do: 'await-ready', ref: refOf(live), template, isStable: false });
}

/** Kubernetes itself stops all old pods first, and starts none before they are gone: nobody is left without pods where we die meanwhile. */
const RECREATE = { type: 'Recreate' };

interface Alone {
  readonly next: string;
  /** The Deployment's own. */
  readonly strategy: unknown;
}

async function awaitAlone(session: Session, ref: Ref, { next, strategy }: Alone): Promise<void> {
  await awaitStopped(session, { ref, next });
  if (same(strategy, RECREATE)) return;
  const operations: readonly PatchOperation[] = [
    { op: 'test', path: '/spec/strategy', value: RECREATE },
    { op: 'replace', path: '/spec/strategy', value: strategy },
  ];
  note(session, await session.cluster.patch(ref, operations, { manager: 'kubectl' }));
}

/** The revision before is there already: what its reject may have left is done. */
async function finish(session: Session, { live, file, sets, text }: Way): Promise<void> {
  const ref = refOf(live);
  if (text !== null)
    await awaitAlone(session, ref, { next: hashOf(live, sets), strategy: file.spec?.strategy ?? { type: 'RollingUpdate' } });
  await giveFieldsBack(session, ref, []);
  await awaitReady(session, { do: 'await-ready', ref, template: templateOf(live), isStable: false });
}

/** How the Deployment rolls by its files alone: `surge` and `unavailable` were of the deploy that is taken back. */
async function paceOf({ cluster, request }: Session, { live, file }: Pick<Way, 'live' | 'file'>): Promise<unknown> {
  const options = { dryRun: true, force: request.inputs.forceConflicts };
  const filed = await cluster.apply(file, options).catch((error: unknown) => {
    // A way back does not fail for what a try says.
    if (error instanceof RolloutError) return live;
    throw error;
  });
  return filed.spec?.strategy ?? toJson(live.spec).strategy;
}

const gap = (ref: Ref): string =>
  `${nameOf(ref)}: the running version is stopped before the previous one starts again; requests in between are lost.`;

const nothingNamed = (strategy: string): RolloutError =>
  new RolloutError(
    'INVALID_INPUT',
    `strategy ${strategy} is rolled back with the revisions of its Deployments; no rollout is open, and no manifests say which Deployments`,
    'Give reject the manifests and images that were deployed.',
  );

const unrendered = (key: string): RolloutError =>
  new RolloutError(
    'INVALID',
    `Deployment ${key}: the API server does not accept this file in a dry run, so it is not known whether this version runs`,
    'Give reject exactly the manifests and images that were deployed; `kubectl apply --dry-run=server` says what is wrong with these.',
  );
