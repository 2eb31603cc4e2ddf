import { same } from '../../manifests/json.ts';
import { MANAGER } from '../../manifests/names.ts';
import { withoutOurs } from '../../manifests/owners.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject, ManagedField } from '../../model/kube.ts';
import type { Keeper } from '../../model/operation.ts';
import type { Lane } from '../../model/router.ts';
import { type Edit, operationsOf } from '../../routers/edits.ts';
import { type Back, givenBack } from '../../routers/give-back.ts';
import { asUnreturnable } from '../invalid.ts';
import { leftTo } from '../reads/splitter.ts';
import { note, type Session } from '../session.ts';
import { isGone, isOutrun, isTaken } from './refusals.ts';

/** Who splits the object: these lanes, to be taken out, and others of the same run. */
export interface Splits {
  readonly lanes?: readonly Lane[];
  readonly beside?: readonly Lane[];
  /** Whose it is to put back, where another rollout may split it by then. */
  readonly keeper?: Keeper;
}

/** How often an object is looked at anew after others were faster. */
const MOST_TRIES = 5;

/**
 * An object of the user's is put back as it was: content, labels and annotations first, its owners last; made anew where it is gone. What others
 * have made of a route meanwhile stays.
 */
export async function restore(session: Session, original: KubeObject, splits: Splits = {}): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await putBack(session, original, splits);
    } catch (error) {
      if (tries >= MOST_TRIES || whenRefused(error) === 'refuse') asUnreturnable(refOf(original))(error);
    }
  }
}

/** What follows a write that was refused: an object that others wrote, made or deleted since it was read is looked at anew. */
export const whenRefused = (error: unknown): 'look again' | 'refuse' =>
  isOutrun(error) || isTaken(error) || isGone(error) ? 'look again' : 'refuse';

async function putBack(session: Session, original: KubeObject, { lanes, beside = [], keeper }: Splits): Promise<void> {
  const live = await session.cluster.get(refOf(original));
  if (!live) return await makeAnew(session, original);
  if (keeper && (await leftTo(session, live, { keeper, what: 'restored', later: 'Apply your earlier file' }))) return;
  const objects = { ...Object.fromEntries(session.seen), [keyOf(refOf(live))]: live };
  const back = givenBack(live, { original, lanes: lanes ?? [], objects });
  const isNews = back.isTheirs && givenBack(live, { original, lanes: [...(lanes ?? []), ...beside], objects }).isTheirs;
  const isShared = lanes !== undefined || keeper !== undefined;
  const put = await write(session, live, { ...back, isNews, isShared });
  await giveOwners(session, { put, live, back, original });
}

async function makeAnew(session: Session, original: KubeObject): Promise<void> {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    generation: _generation,
    managedFields: _owners,
    ...metadata
  } = original.metadata;
  note(session, await session.cluster.create({ ...original, metadata }));
  session.emit({ type: 'notice', level: 'warning', text: `${nameOf(refOf(original))} was gone and is created again` });
}

/** A route may be written by others at any time. */
interface Shared extends Back {
  readonly isShared: boolean;
  /** Somebody else has changed it than this very run. */
  readonly isNews: boolean;
}

/** Writes an object back. Where others write it too, the patch tests each value that it changes, so that no change is written over that was not looked at. */
async function write(session: Session, live: KubeObject, { object, isNews, isShared }: Shared): Promise<KubeObject> {
  const operations = operationsOf(live, editsBack(live, object), isShared ? 'places' : 'identity');
  if (operations.length === 0) return note(session, live);
  const put = note(session, await session.cluster.patch(refOf(live), operations, { manager: MANAGER }));
  if (isNews) {
    const text = `${nameOf(refOf(live))} has changed since this rollout began, by a person or by another rollout: that change stays, and only this rollout’s part was removed`;
    session.emit({ type: 'notice', level: 'info', text });
  }
  return put;
}

interface Written {
  readonly put: KubeObject;
  /** As it was before our last write. */
  readonly live: KubeObject;
  readonly back: Back;
  readonly original: KubeObject;
}

async function giveOwners(session: Session, { put, live, back, original }: Written): Promise<void> {
  const { uid } = original.metadata;
  const isOther = uid !== undefined && live.metadata.uid !== uid;
  if (isOther && !back.isTheirs) return;
  const owners: readonly ManagedField[] = back.isTheirs ? withoutOurs(live, original) : (original.metadata.managedFields ?? []);
  if (same(put.metadata.managedFields ?? [], owners)) return;
  const value = owners.length > 0 ? owners : [{}];
  note(session, await session.cluster.patch(refOf(put), [{ op: 'replace', path: '/metadata/managedFields', value }], { manager: MANAGER }));
}

/** What controllers write beside the user. */
const KEPT_ANNOTATIONS = 'deployment.kubernetes.io/';

function editsBack(live: KubeObject, original: KubeObject): readonly Edit[] {
  const fields = new Set(
    [...Object.keys(live), ...Object.keys(original)].filter(field => !['apiVersion', 'kind', 'metadata', 'status'].includes(field)),
  );
  return [
    ...[...fields].map(field => ({ path: `/${field}`, from: live[field], to: original[field] })),
    { path: '/metadata/labels', from: live.metadata.labels, to: original.metadata.labels },
    { path: '/metadata/annotations', from: live.metadata.annotations, to: annotations(live, original) },
  ];
}

function annotations(live: KubeObject, original: KubeObject): Readonly<Record<string, string>> | undefined {
  const isKept = ([key]: readonly [string, string]): boolean => key.startsWith(KEPT_ANNOTATIONS);
  const merged = [
    ...Object.entries(original.metadata.annotations ?? {}).filter(entry => !isKept(entry)),
    ...Object.entries(live.metadata.annotations ?? {}).filter(isKept),
  ];
  return merged.length > 0 ? Object.fromEntries(merged) : undefined;
}
