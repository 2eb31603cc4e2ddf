/** What the previous release of an application had and this one has not: told before, and removed when the new one has taken over. */
import { RolloutError } from '../errors.ts';
import type { Means } from '../execute/carry-out.ts';
import { carryOutAll } from '../execute/execute.ts';
import { servedAs } from '../execute/reads/spelled.ts';
import { isLeft, type Session } from '../execute/session.ts';
import { together } from '../execute/together.ts';
import {
  type ApplySet,
  applySetOf,
  asMember,
  type Extent,
  extentOf,
  type GroupKind,
  isMember,
  membersOf,
  readParent,
  setNamedIn,
} from '../manifests/apply-set.ts';
import { isGoing } from '../manifests/going.ts';
import { isOurs } from '../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import type { PlannedStep } from '../model/event.ts';
import type { Collection, KubeObject } from '../model/kube.ts';
import type { KindNeed } from '../model/permission.ts';
import type { Request } from '../model/request.ts';
import { needsFor } from '../plan/needs.ts';
import { dropping, type Pruning, widening } from '../plan/operations/pruning.ts';
import type { Prepared } from '../plan/prepare.ts';
import { describe } from '../plan/words/describe.ts';
import { isKept } from '../plan/world/order-of-kinds.ts';

/**
 * The request with its files marked as members of their application, where what a release drops is to be removed.
 * @throws RolloutError INVALID_MANIFEST for a file that is a member of another set.
 */
export function asMembers(request: Request): Request {
  const set = setOf(request);
  if (!set) return request;
  const manifests = request.manifests.map(manifest => {
    const named = setNamedIn(manifest.object);
    if (named !== undefined && named !== set.id) {
      throw new RolloutError(
        'INVALID_MANIFEST',
        `${manifest.from}: ${nameOf(refOf(manifest.object))} has the label of another ApplySet (${named})`,
        'Remove the label applyset.kubernetes.io/part-of from the file, or leave prune out.',
      );
    }
    return { ...manifest, object: asMember(manifest.object, set) };
  });
  return { ...request, manifests };
}

const setOf = ({ inputs, namespace, manifests }: Request): ApplySet | null =>
  inputs.prune && manifests.length > 0 ? applySetOf(inputs.application ?? '', namespace) : null;

/**
 * What this release drops; null where nothing is to be removed.
 * @throws RolloutError NAME_TAKEN where the parent's name is another's.
 */
export async function pruningOf(session: Session): Promise<Pruning | null> {
  const { cluster, request } = session;
  const set = setOf(request);
  if (!set) return null;
  const files = request.manifests.map(({ object }) => object);
  const parent = await cluster.get(set.parent);
  const before = parent ? extentIn(parent, set) : null;
  const dropped = before ? await droppedIn(session, set, before) : [];
  const kept = dropped.filter(isKept);
  if (kept.length > 0)
    session.emit({
      type: 'notice',
      level: 'warning',
      text: `${kept.map(each => nameOf(refOf(each))).join(', ')}: no longer in the files, but kept: namespaces, CRDs and PersistentVolumeClaims may hold other data.`,
    });
  return { set, before, now: extentOf(files), dropped: dropped.filter(each => !isKept(each)) };
}

function extentIn(parent: KubeObject, set: ApplySet): Extent {
  const read = readParent(parent, set);
  if (typeof read !== 'string') return read;
  throw new RolloutError(
    'NAME_TAKEN',
    `${nameOf(refOf(parent))} would list what belongs to the application, but ${read}`,
    'Rename or remove it, or choose another application: prune never takes over your objects or removes those of another set.',
  );
}

/** Members that no file has: what the parent names alone tells nothing, each has to bear the label itself. */
async function droppedIn(session: Session, set: ApplySet, extent: Extent): Promise<readonly KubeObject[]> {
  const { cluster, request } = session;
  const collections = (await together(extent.kinds.map(kind => collectionsOf(cluster, kind, extent)))).flat();
  const listed = (await together(collections.map(of => listedIn(session, { ...of, labels: membersOf(set) })))).flat();
  const given = new Set([keyOf(set.parent), ...request.manifests.map(({ object }) => keyOf(refOf(object)))]);
  const isOwned = ({ metadata }: KubeObject): boolean => metadata.ownerReferences?.some(({ controller }) => controller === true) ?? false;
  return listed.filter(
    object => isMember(object, set) && !given.has(keyOf(refOf(object))) && !isOurs(object) && !isOwned(object) && !isGoing(object),
  );
}

/** What the role does not let us see stays, and that is said. */
async function listedIn({ cluster, emit }: Session, of: Collection): Promise<readonly KubeObject[]> {
  try {
    return await cluster.list(of);
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code !== 'FORBIDDEN') throw error;
    const text = `prune: this login may not list ${of.kind}${of.namespace ? ` in namespace ${of.namespace}` : ''}, so objects of that kind that the release no longer has stay.`;
    emit({ type: 'notice', level: 'warning', text });
    return [];
  }
}

async function collectionsOf(
  cluster: Session['cluster'],
  { group, kind }: GroupKind,
  { namespaces }: Extent,
): Promise<readonly Collection[]> {
  const served = await servedAs({ apiVersion: group === '' ? 'v1' : `${group}/`, kind }, cluster);
  if (!served) return [];
  const { apiVersion } = served;
  return served.namespaced ? namespaces.map(namespace => ({ apiVersion, kind, namespace })) : [{ apiVersion, kind }];
}

/**
 * The release is what runs: only then goes what it has dropped. A deploy again that finds it so goes on where one died behind its last write. A first
 * one of several says nothing of the others.
 */
export function isTaken({ inputs }: Request, { apps, plan, isFirst, isSuperseded }: Prepared): boolean {
  if (inputs.action !== 'deploy') return inputs.action === 'promote';
  const isThere = ({ record, stable, live }: Prepared['apps'][number]): boolean =>
    record === null && stable !== null && live.changed.length === 0;
  return isFirst || (plan.length === 0 && !isSuperseded && apps.length > 0 && apps.every(isThere));
}

/** The steps in words, behind those of the plan. */
export const prunedSteps = (pruning: Pruning | null): readonly PlannedStep[] =>
  dropping(pruning)
    .flat()
    .filter(operation => operation.do === 'prune')
    .map(operation => ({ workload: '', stage: 'prune', text: describe(operation), waitSeconds: 0 }));

/** Rights for the removal, and for the parent. */
export const pruningNeeds = (pruning: Pruning | null): readonly KindNeed[] => needsFor([...widening(pruning), ...dropping(pruning)].flat());

/** Has the parent name what may come. */
export const widenSet = (pruning: Pruning | null, means: Means): Promise<void> => carryOutAll(widening(pruning), { describe }, means);

/** Removes what the release has dropped, and resolves to how many of it are gone. */
export async function prune(pruning: Pruning | null, means: Means): Promise<number> {
  await carryOutAll(dropping(pruning), { describe }, means);
  return (pruning?.dropped ?? []).filter(object => !isLeft(means.session, refOf(object))).length;
}
