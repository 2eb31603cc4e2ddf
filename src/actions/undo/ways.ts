/** Which workloads undo means, which revision each goes back to, and why it may not. */

import { RolloutError } from '../../errors.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { at, same } from '../../manifests/json.ts';
import { belongsTo, isOurs } from '../../manifests/names.ts';
import { readRecord, recordBroken, recordName, recordsOf } from '../../manifests/record.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { templateHash, templateOf, toJson } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import { CLAIMED, type Rollout } from '../../model/record.ts';
import { refusePaused } from '../../plan/refusals/paused.ts';
import { atWork, hasLapsed } from '../../plan/refusals/refuse.ts';
import { rejectIt } from '../../plan/world/ending.ts';
import { historyOf, revisionOf, revisionTemplate, setsOf } from '../../plan/world/revisions.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';
import { rolledIn, workloads } from '../../workloads/index.ts';
import { isOf } from '../../workloads/workload.ts';
import { beforeOf, keptIn, runningOf, usersOwn } from '../kept-revisions.ts';
import { hasEnded } from '../preparing.ts';
import { chosenOf, notedIn } from '../telling/chosen-revisions.ts';

/** How one workload goes back. */
export interface UndoWay {
  /** As it is; where an undo of it stands beside it or in its upper pods, as it was before. */
  readonly live: KubeObject;
  /** What keeps the revision that runs again. */
  readonly to: KubeObject;
  /** It runs already, by an undo that died behind its write or by itself: what is left is to wait for its pods. */
  readonly isThere: boolean;
  /** Templates of the version that goes. */
  readonly from: readonly JsonObject[];
  /** The claim of an undo that has not ended; null for none. */
  readonly claim: { readonly version: string; readonly rollout: Rollout } | null;
  /** What is open on it, which may be this very undo as a canary; null for nothing. */
  readonly open: Opened | null;
}

/** A rollout on a workload that is to go back: its record, and a variant where there is one without. */
interface Opened {
  readonly rollout: Rollout | null;
  readonly variant: KubeObject | undefined;
}

/** What the claim of an undo is called: a run that goes on knows by it what was written. */
export const markOf = (template: ReturnType<typeof templateOf>): string => `undo-${templateHash(template)}`;

/**
 * Reads the workloads that are meant, and what their controllers keep of them.
 * @throws RolloutError INVALID_INPUT, NOT_FOUND, UNSUPPORTED, CONCURRENT_ROLLOUT, RECORD_BROKEN.
 */
export async function undoWays(session: Session): Promise<readonly UndoWay[]> {
  const { request } = session;
  const files = rolledIn(request.manifests);
  const namespaces = files.length === 0 ? [request.namespace] : [...new Set(files.map(({ metadata }) => metadata.namespace ?? ''))];
  const worlds = await together(namespaces.map(namespace => worldOf(session, namespace, files)));
  const known = new Set(worlds.flatMap(({ workloads }) => usersOwn(workloads).map(({ metadata }) => metadata.name)));
  return worlds.flatMap(world => meantIn(session, world, { files, known }).map(live => wayOf(session, world, live)));
}

interface World {
  readonly namespace: string;
  readonly workloads: readonly KubeObject[];
  readonly revisions: readonly KubeObject[];
  readonly records: readonly KubeObject[];
  /** What this run has noted of a way back that it began. */
  readonly noted: readonly KubeObject[];
}

/** Another kind is read where none that is known by then can be meant alone: a Role may know of no StatefulSets, and of no DaemonSets. */
async function worldOf(session: Session, namespace: string, files: readonly KubeObject[]): Promise<World> {
  const { cluster, request } = session;
  const [deployments, records, noted] = await together([
    keptIn(DEPLOYMENT, namespace, cluster),
    cluster.list(recordsOf(namespace)),
    notedIn(session, namespace),
  ]);
  const names = request.inputs.workloads;
  let kept = deployments;
  for (const row of workloads.filter(each => each !== DEPLOYMENT)) {
    const known = kept.workloads.map(({ metadata }) => metadata.name);
    const isGiven = files.some(object => isOf(row, object));
    if (names.length > 0 ? names.every(name => known.includes(name)) : known.length > 0 && !isGiven) continue;
    const more = await keptIn(row, namespace, cluster);
    // A name that several kinds have means the first.
    const others = more.workloads.filter(({ metadata }) => !known.includes(metadata.name));
    kept = { workloads: [...kept.workloads, ...others], revisions: [...kept.revisions, ...more.revisions] };
  }
  return { namespace, ...kept, records, noted };
}

interface Named {
  readonly files: readonly KubeObject[];
  /** What there is in all namespaces of the files. */
  readonly known: ReadonlySet<string>;
}

/** Those that the inputs name, else those of the files in this namespace, else the only one that there is. */
function meantIn({ request: { inputs } }: Session, { namespace, workloads }: World, { files, known: all }: Named): readonly KubeObject[] {
  const own = usersOwn(workloads);
  const given = files.filter(({ metadata }) => (metadata.namespace ?? '') === namespace).map(({ metadata }) => metadata.name);
  // A workload that the inputs name is in one of the namespaces, not in each.
  const names = inputs.workloads.length > 0 ? inputs.workloads.filter(name => own.some(isNamed(name)) || !all.has(name)) : given;
  const [only, ...others] = own;
  if (names.length === 0 && only && others.length === 0) return [only];
  const known = own.map(({ metadata }) => metadata.name).sort();
  if (names.length === 0) {
    throw new RolloutError(
      'INVALID_INPUT',
      `undo of which workload? Namespace ${namespace} has ${known.length === 0 ? 'none' : known.join(', ')}`,
      'Name it with workloads, or set the manifests that contain it.',
    );
  }
  const missing = names.filter(name => !own.some(isNamed(name)));
  if (missing.length > 0) {
    throw new RolloutError(
      'NOT_FOUND',
      `namespace ${namespace} has no Deployment, StatefulSet or DaemonSet ${missing.join(', ')}${known.length === 0 ? '' : `; it has ${known.join(', ')}`}`,
      'Correct workloads or namespace.',
    );
  }
  return own.filter(({ metadata }) => names.includes(metadata.name)).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

const isNamed =
  (name: string) =>
  ({ metadata }: KubeObject): boolean =>
    metadata.name === name;

function wayOf(session: Session, world: World, now: KubeObject): UndoWay {
  const { claim, open } = standingOn(session, world, now);
  const live = asBefore(now, open?.rollout ?? null);
  const running = runningOf(live, world.revisions);
  const isResumed = isMeant(session, running) && claim?.rollout.release === markOf(templateOf(live));
  const sets = setsOf(live, world.revisions);
  const to = isResumed ? running : (chosenOf(live, [running, ...sets], world.noted) ?? wantedOf(session, world, live));
  if (!to) throw open ? isOpen(session, live, open) : notKept(session, world, live);
  const isThere = isResumed || same(to.metadata.uid, running?.metadata.uid);
  if (!isThere) refusePaused(live);
  const kept = sets.map(revisionTemplate);
  const from = isThere ? kept.filter(template => templateHash(template) === claim?.rollout.base) : [templateOf(live)];
  return { live, to, isThere, from, claim, open };
}

/** What runs is what is asked for, where a revision is named. */
function isMeant({ request: { inputs } }: Session, running: KubeObject | null): running is KubeObject {
  return running !== null && (inputs.toRevision === null || historyOf(running).includes(inputs.toRevision));
}

/** What a canary has changed of it meanwhile (its count, the template of its upper pods) is no part of what the user has. */
function asBefore(now: KubeObject, rollout: Rollout | null): KubeObject {
  const original = rollout?.originals.stable;
  if (!original) return now;
  const { managedFields = [], labels } = original.metadata;
  return { ...now, metadata: { ...now.metadata, ...(labels ? { labels } : {}), managedFields }, spec: toJson(original.spec) };
}

function wantedOf({ request: { inputs } }: Session, { revisions }: World, live: KubeObject): KubeObject | undefined {
  const { toRevision } = inputs;
  if (toRevision === null) return beforeOf(live, revisions);
  return setsOf(live, revisions).find(set => historyOf(set).includes(toRevision));
}

function notKept({ request: { inputs } }: Session, { revisions }: World, live: KubeObject): RolloutError {
  const { toRevision } = inputs;
  const kept = setsOf(live, revisions)
    .map(revisionOf)
    .sort((a, b) => a - b);
  return new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(live))} has no ${toRevision === null ? 'revision before the one that runs' : `revision ${toRevision}`}; it keeps ${kept.join(', ') || 'none'}`,
    toRevision === null
      ? `Deploy the version that you want instead.${at(live, 'spec.revisionHistoryLimit') === 0 ? ' With revisionHistoryLimit: 0 no old revision is kept.' : ''}`
      : 'Give one of these as to-revision (`kubernetes-rollout history` shows what they ran), or deploy the version that you want. revisionHistoryLimit says how many are kept.',
  );
}

/** The claim of an undo that has ended without a word, or what else is open. */
function standingOn(session: Session, { records, workloads }: World, live: KubeObject): Pick<UndoWay, 'claim' | 'open'> {
  const { name } = live.metadata;
  const object = records.find(({ metadata }) => metadata.name === recordName(name));
  const rollout = object ? openRollout(object) : null;
  const variant = workloads.find(each => isOurs(each) && belongsTo(each, name));
  if ((rollout && rollout.stage !== CLAIMED) || variant) return { claim: null, open: { rollout, variant } };
  if (rollout) refuseHeld(session, rollout);
  return { claim: object && rollout ? { version: object.metadata.resourceVersion ?? '', rollout } : null, open: null };
}

function openRollout(object: KubeObject): Rollout | null {
  const reading = readRecord(object, null);
  if (reading.state === 'broken') throw recordBroken(object.metadata, reading.why);
  return reading.state === 'rollout' ? reading.rollout : null;
}

/**
 * What is open has to be this very undo, which a run that goes on ends, and which another share changes.
 * @throws RolloutError ROLLOUT_OPEN for any other.
 */
export function refuseOpen(session: Session, ways: readonly UndoWay[], release: string | null): void {
  const other = ways.find(({ open }) => open !== null && (release === null || open.rollout?.release !== release));
  if (other?.open) throw isOpen(session, other.live, other.open);
}

/** A promote may have been at work on the running version when it stopped. */
const WHERE = {
  deploy: 'the running version is already the one to go back to',
  promote: 'its promote has not ended',
} as const;

function isOpen({ request }: Session, live: KubeObject, { rollout, variant }: Opened): RolloutError {
  const whose = rollout ? ` (${rollout.strategy} of ${rollout.run.name})` : variant ? ` (${nameOf(refOf(variant))})` : '';
  return new RolloutError(
    'ROLLOUT_OPEN',
    `${nameOf(refOf(live))}: a rollout is open${whose}, and ${WHERE[rollout?.action === 'promote' ? 'promote' : 'deploy']}`,
    `To go back, ${rejectIt(rollout, request)}. Undo is for a release that was promoted or deployed in place.`,
  );
}

function refuseHeld({ cluster, request }: Session, { holder, renewedAt }: Rollout): void {
  const isSameRun = holder?.run === request.run.id && request.run.interactive !== true;
  if (!holder || hasLapsed(renewedAt, cluster.now()) || isSameRun || hasEnded(holder)) return;
  throw atWork(holder, 'this workload');
}

/** "Deployment shop/web: go back to revision 3 (shop/web:1.2)". */
export const textOf = ({ live, to, isThere }: UndoWay, images: readonly unknown[]): string =>
  `${nameOf(refOf(live))}: ${isThere ? 'end the way back' : 'go back'} to revision ${revisionOf(to)} (${images.join(', ')})`;

/** The pod template of the revision. */
export const templateTo = ({ to }: UndoWay): ReturnType<typeof templateOf> => revisionTemplate(to);
