/** Which Deployments undo means, which revision each goes back to, and why it may not. */
import { RolloutError } from './errors.ts';
import type { Session } from './execute/session.ts';
import { together } from './execute/together.ts';
import { historyOf, previousOf, revisionOf, revisionTemplate, setsOf } from './in-place-revisions.ts';
import { same } from './manifests/json.ts';
import { belongsTo, isOurs } from './manifests/names.ts';
import { readRecord, recordBroken, recordName, recordsOf } from './manifests/record.ts';
import { nameOf, refOf } from './manifests/refs.ts';
import { templateHash, templateOf } from './manifests/template.ts';
import type { KubeObject } from './model/kube.ts';
import type { Rollout } from './model/record.ts';
import { refusePaused } from './plan/refusals/paused.ts';
import { atWork, hasLapsed } from './plan/refusals/refuse.ts';
import { CLAIMED } from './plan/world/facts.ts';
import { hasEnded } from './preparing.ts';
import { newestReplicaSet } from './readiness/deployment.ts';
import { DEPLOYMENT, isDeployment } from './workloads/deployment.ts';
import { allOf, revisionsOf } from './workloads/workload.ts';

/** How one Deployment goes back. */
export interface UndoWay {
  readonly live: KubeObject;
  /** The ReplicaSet of the revision that runs again. */
  readonly to: KubeObject;
  /** It runs already, by an undo that died behind its write or by itself: what is left is to wait for its pods. */
  readonly isThere: boolean;
  /** The claim of an undo that has not ended; null for none. */
  readonly claim: { readonly version: string; readonly rollout: Rollout } | null;
}

/** What the claim of an undo is called: a run that goes on knows by it what was written. */
export const markOf = (template: ReturnType<typeof templateOf>): string => `undo-${templateHash(template)}`;

/**
 * Reads the Deployments that are meant, and what their controller keeps of them.
 * @throws RolloutError INVALID_INPUT, NOT_FOUND, UNSUPPORTED, ROLLOUT_OPEN, CONCURRENT_ROLLOUT, RECORD_BROKEN.
 */
export async function undoWays(session: Session): Promise<readonly UndoWay[]> {
  const { request } = session;
  const files = request.manifests.map(({ object }) => object).filter(isDeployment);
  const namespaces = files.length === 0 ? [request.namespace] : [...new Set(files.map(({ metadata }) => metadata.namespace ?? ''))];
  const worlds = await together(namespaces.map(namespace => worldOf(session, namespace)));
  const named = files.map(({ metadata }) => metadata.name);
  return worlds.flatMap(world => meantIn(session, world, named).map(live => wayOf(session, world, live)));
}

interface World {
  readonly namespace: string;
  readonly deployments: readonly KubeObject[];
  readonly sets: readonly KubeObject[];
  readonly records: readonly KubeObject[];
}

async function worldOf({ cluster }: Session, namespace: string): Promise<World> {
  const [deployments, sets, records] = await together([
    cluster.list({ ...allOf(DEPLOYMENT), namespace }),
    cluster.list({ ...revisionsOf(DEPLOYMENT), namespace }),
    cluster.list(recordsOf(namespace)),
  ]);
  return { namespace, deployments, sets, records };
}

/** Those that the inputs name, else those of the files, else the only one that there is. */
function meantIn({ request: { inputs } }: Session, { namespace, deployments }: World, files: readonly string[]): readonly KubeObject[] {
  const own = deployments.filter(deployment => !isOurs(deployment));
  const names = inputs.workloads.length > 0 ? inputs.workloads : files;
  const [only, ...others] = own;
  if (names.length === 0 && only && others.length === 0) return [only];
  const known = own.map(({ metadata }) => metadata.name).sort();
  if (names.length === 0) {
    throw new RolloutError(
      'INVALID_INPUT',
      `undo of which Deployment? Namespace ${namespace} has ${known.length === 0 ? 'none' : known.join(', ')}`,
      'Name it by workloads, or give the manifests that have it.',
    );
  }
  const missing = names.filter(name => !known.includes(name));
  if (missing.length > 0) {
    throw new RolloutError(
      'NOT_FOUND',
      `namespace ${namespace} has no Deployment ${missing.join(', ')}${known.length === 0 ? '' : `; it has ${known.join(', ')}`}`,
      'Correct workloads or namespace.',
    );
  }
  return own.filter(({ metadata }) => names.includes(metadata.name)).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function wayOf(session: Session, world: World, live: KubeObject): UndoWay {
  const claim = claimOf(session, world, live);
  const now = newestReplicaSet(live, world.sets);
  const isResumed = now !== null && claim?.rollout.release === markOf(templateOf(live));
  const to = isResumed ? now : wantedOf(session, world, live);
  const isThere = isResumed || same(to.metadata.uid, now?.metadata.uid);
  if (!isThere) refusePaused(live);
  return { live, to, isThere, claim };
}

function wantedOf({ request: { inputs } }: Session, { sets }: World, live: KubeObject): KubeObject {
  const { toRevision } = inputs;
  const own = setsOf(live, sets);
  const found = toRevision === null ? previousOf(live, sets) : own.find(set => historyOf(set).includes(toRevision));
  if (found) return found;
  const kept = own.map(revisionOf).sort((a, b) => a - b);
  throw new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(live))} has no ${toRevision === null ? 'revision before the one that runs' : `revision ${toRevision}`}; it keeps ${kept.join(', ') || 'none'}`,
    toRevision === null
      ? 'Deploy the version that you want instead.'
      : 'Give one of these as to-revision (`kubernetes-rollout history` shows what they ran), or deploy the version that you want. revisionHistoryLimit says how many are kept.',
  );
}

/** Nothing is open on it but, at most, the claim of an undo that has ended without a word. */
function claimOf(session: Session, { records, deployments }: World, live: KubeObject): UndoWay['claim'] {
  const { name } = live.metadata;
  const object = records.find(({ metadata }) => metadata.name === recordName(name));
  const reading = object ? readRecord(object, null) : null;
  if (object && reading?.state === 'broken') throw recordBroken(object.metadata, reading.why);
  const rollout = reading?.state === 'rollout' ? reading.rollout : null;
  const variant = deployments.find(deployment => isOurs(deployment) && belongsTo(deployment, name));
  if ((rollout && rollout.stage !== CLAIMED) || variant) throw isOpen(live, rollout, variant);
  if (rollout) refuseHeld(session, rollout);
  return object && rollout ? { version: object.metadata.resourceVersion ?? '', rollout } : null;
}

function isOpen(live: KubeObject, rollout: Rollout | null, variant: KubeObject | undefined): RolloutError {
  const whose = rollout ? ` (${rollout.strategy} of ${rollout.run.name})` : variant ? ` (Deployment ${variant.metadata.name})` : '';
  return new RolloutError(
    'ROLLOUT_OPEN',
    `${nameOf(refOf(live))}: a rollout is open${whose}, and the running version is the one that it would go back to`,
    'Reject it: that is the way back. Undo goes behind a release that was promoted, or deployed in place.',
  );
}

function refuseHeld({ cluster, request }: Session, { holder, renewedAt }: Rollout): void {
  const isSameRun = holder?.run === request.run.id && request.run.interactive !== true;
  if (!holder || hasLapsed(renewedAt, cluster.now()) || isSameRun || hasEnded(holder)) return;
  throw atWork(holder, 'this Deployment');
}

/** "Deployment shop/web: go back to revision 3 (shop/web:1.2)". */
export const textOf = ({ live, to, isThere }: UndoWay, images: readonly unknown[]): string =>
  `${nameOf(refOf(live))}: ${isThere ? 'end the way back' : 'go back'} to revision ${revisionOf(to)} (${images.join(', ')})`;

/** The pod template of the revision. */
export const templateTo = ({ to }: UndoWay): ReturnType<typeof templateOf> => revisionTemplate(to);
