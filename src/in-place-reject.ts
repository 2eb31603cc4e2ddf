import { RolloutError } from './errors.ts';
import { awaitReady } from './execute/await.ts';
import { note, type Session } from './execute/session.ts';
import { awaitStopped } from './execute/stopped.ts';
import { hashOf, isBack, isMarked, previousOf, revisionOf, revisionTemplate } from './in-place-revisions.ts';
import { same } from './manifests/json.ts';
import { nameOf, refOf } from './manifests/refs.ts';
import { isSameTemplate, templateOf, toJson } from './manifests/template.ts';
import type { JsonObject, KubeObject, PatchOperation, Ref } from './model/kube.ts';
import { refusePaused } from './plan/paused.ts';

/**
 * Takes a release back that was deployed in place: every Deployment that runs just this release goes back to its previous revision, as
 * `kubectl rollout undo` would, and is awaited; with strategy `recreate` none of its pods runs any more when the first of the revision
 * before starts. Resolves to the workloads that went back. `rendered` are the release's templates by workload.
 * @throws RolloutError INVALID_INPUT without manifests, which alone tell what was released; INVALID, UNSUPPORTED, NOT_READY.
 */
export async function rejectInPlace(session: Session, rendered: Readonly<Record<string, JsonObject>>): Promise<readonly string[]> {
  const { manifests, inputs } = session.request;
  if (manifests.length === 0) throw nothingNamed(inputs.strategy);
  const files = manifests.map(({ object }) => object).filter(({ kind }) => kind === 'Deployment');
  const undone = await Promise.all(files.map(file => undo(session, file, rendered)));
  return undone.flat();
}

async function undo(session: Session, file: KubeObject, rendered: Readonly<Record<string, JsonObject>>): Promise<readonly string[]> {
  const { cluster } = session;
  const { namespace = '', name } = file.metadata;
  const key = `${namespace}/${name}`;
  const live = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
  const released = rendered[key];
  if (!live) return [];
  if (!released) throw unrendered(key);
  const sets = await cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace });
  if (!isSameTemplate(templateOf(live), released)) return isBack(live, sets, released) ? await finish(session, { live, file }, sets) : [];
  const before = previousOf(live, sets);
  if (!before) {
    throw new RolloutError(
      'UNSUPPORTED',
      `Deployment ${key} has no previous revision to go back to`,
      'Deploy the version that you want instead.',
    );
  }
  refusePaused(live);
  session.emit({ type: 'step', text: `${nameOf(refOf(live))}: go back to revision ${revisionOf(before)}` });
  await goBack(session, { live, file }, before);
  return [key];
}

/** A Deployment as it is, and as the release's files have it. */
interface Pair {
  readonly live: KubeObject;
  readonly file: KubeObject;
}

async function goBack(session: Session, { live, file }: Pair, before: KubeObject): Promise<void> {
  const { inputs } = session.request;
  const isAlone = inputs.strategy === 'recreate';
  if (isAlone) session.emit({ type: 'notice', level: 'warning', text: gap(refOf(live)) });
  if (inputs.dryRun) return;
  const template = revisionTemplate(before);
  const strategy = isAlone ? RECREATE : await paceOf(session, { live, file });
  const operations: readonly PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: live.metadata.uid },
    { op: 'test', path: '/spec/template', value: live.spec?.template },
    { op: 'replace', path: '/spec/template', value: template },
    ...(same(strategy, live.spec?.strategy) ? [] : [{ op: 'replace', path: '/spec/strategy', value: strategy } as const]),
  ];
  note(session, await session.cluster.patch(refOf(live), operations, { manager: 'kubectl' }));
  if (isAlone) await awaitAlone(session, refOf(live), { next: hashOf(before), strategy: live.spec?.strategy });
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

/** The revision before is there again by an earlier reject, whose process may have died before the end. */
async function finish(session: Session, { live, file }: Pair, sets: readonly KubeObject[]): Promise<readonly string[]> {
  const ref = refOf(live);
  if (session.request.inputs.dryRun) return [];
  const isLeft = isMarked(live, RECREATE.type);
  if (isLeft) await awaitAlone(session, ref, { next: hashOf(live, sets), strategy: file.spec?.strategy ?? { type: 'RollingUpdate' } });
  await awaitReady(session, { do: 'await-ready', ref, template: templateOf(live), isStable: false });
  return isLeft ? [`${ref.namespace ?? ''}/${ref.name}`] : [];
}

/** How the Deployment rolls by its files alone: `surge` and `unavailable` were of the deploy that is taken back. */
async function paceOf({ cluster, request }: Session, { live, file }: Pair): Promise<unknown> {
  const options = { dryRun: true, force: request.inputs.forceConflicts };
  const filed = await cluster.apply(file, options).catch((error: unknown) => {
    // A way back does not fail for what a try says.
    if (error instanceof RolloutError) return live;
    throw error;
  });
  return filed.spec?.strategy ?? toJson(live.spec).strategy;
}

const gap = (ref: Ref): string =>
  `${nameOf(ref)}: the version that runs is stopped before the one before it starts again; requests in between are lost.`;

const nothingNamed = (strategy: string): RolloutError =>
  new RolloutError(
    'INVALID_INPUT',
    `strategy ${strategy} is taken back by the revisions of its Deployments, no rollout is open, and no manifests tell which Deployments are meant`,
    'Give reject the manifests and images that were deployed.',
  );

const unrendered = (key: string): RolloutError =>
  new RolloutError(
    'INVALID',
    `Deployment ${key}: the API server does not take this file in a dry run, so that nothing tells whether it is what runs`,
    'Give reject the very manifests and images that were deployed; `kubectl apply --dry-run=server` says what is wrong with these.',
  );
