/** DELETE: at once, or by finalizers that others take away. */
import type { JsonObject } from '../../model/kube.ts';
import { at, listAt, numberAt, objectAt, textAt, withAt } from '../json.ts';
import { type Api, subjectOf, type Target, timestamp } from './api.ts';
import { ApiFailure, conflict } from './failure.ts';
import { readLive } from './update.ts';

/** What becomes of an object's dependents when it is deleted. */
export type Propagation = 'Foreground' | 'Background' | 'Orphan';

/** How an object is to be deleted; empty and null say nothing. */
export interface Removal {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly propagation: Propagation | null;
  readonly graceSeconds: number | null;
  readonly dryRun: boolean;
}

/** A removal that asks for nothing special. */
export const plainRemoval: Removal = { uid: '', resourceVersion: '', propagation: null, graceSeconds: null, dryRun: false };

/** What became of it. */
export type Removed = { readonly state: 'gone' | 'going'; readonly object: JsonObject };

/** Finalizers by which the garbage collector knows what to do first. */
export const propagationFinalizers: Readonly<Record<Propagation, string | null>> = {
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
  Background: null,
};

/** Kinds whose delete answers with the object even where it is gone at once; all others answer with a Status. */
const ANSWERED_WITH: ReadonlySet<string> = new Set([
  ...['pods', 'services', 'serviceaccounts', 'resourcequotas', 'podtemplates', 'persistentvolumeclaims', 'persistentvolumes'].map(
    plural => `/${plural}`,
  ),
  'storage.k8s.io/storageclasses',
]);

/** Whether the answer to a delete is the object. */
export const isAnswer = ({ resource }: Target, { state }: Removed): boolean => state === 'going' || ANSWERED_WITH.has(resource.key);

/** Deletes the object; `going` when finalizers or a grace period hold it. */
export function removeObject(api: Api, target: Target, removal: Removal): Removed {
  const live = readLive(api, target);
  checkPreconditions(target, live, removal);
  const marked = finalized(target, live, removal);
  const grace = graceSeconds(target, live, removal);
  const held = listAt(marked, 'metadata', 'finalizers').length > 0 || grace > 0 || target.resource.key === '/namespaces';
  if (removal.dryRun) return { state: held ? 'going' : 'gone', object: live };
  if (!held) return { state: 'gone', object: api.store.remove(target.resource.key, live) };
  const already = at(live, 'metadata', 'deletionTimestamp') !== undefined;
  const next = already ? marked : withDeletion(api, { target, grace }, marked);
  return { state: 'going', object: next === live ? live : api.store.put(target.resource.key, next) };
}

function checkPreconditions(target: Target, live: JsonObject, removal: Removal): void {
  const uid = textAt(live, 'metadata', 'uid');
  const version = textAt(live, 'metadata', 'resourceVersion');
  const subject = subjectOf(target);
  if (removal.uid !== '' && removal.uid !== uid) throw otherUid(target, removal.uid, uid);
  if (removal.resourceVersion !== '' && removal.resourceVersion !== version) {
    throw conflict(
      subject,
      `Precondition failed: ResourceVersion in precondition: ${removal.resourceVersion}, ResourceVersion in object meta: ${version}`,
    );
  }
}

/** The real server names the kind here, not the resource. */
function otherUid(target: Target, wanted: string, uid: string): ApiFailure {
  const { kind, group } = target.resource;
  const text = `Operation cannot be fulfilled on ${group === '' ? kind : `${kind}.${group}`} "${target.name}": the UID in the precondition (${wanted}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
  return new ApiFailure(409, 'Conflict', { message: text, details: { name: target.name, ...(group === '' ? {} : { group }), kind } });
}

function finalized(target: Target, live: JsonObject, removal: Removal): JsonObject {
  const asked = removal.propagation ?? (target.resource.key === 'batch/jobs' ? 'Orphan' : 'Background');
  const finalizer = propagationFinalizers[asked];
  const others = listAt(live, 'metadata', 'finalizers').filter(name => name !== 'foregroundDeletion' && name !== 'orphan');
  const all =
    removal.propagation === null && finalizer === null
      ? listAt(live, 'metadata', 'finalizers')
      : [...others, ...(finalizer === null ? [] : [finalizer])];
  return all.length === listAt(live, 'metadata', 'finalizers').length && finalizer === null
    ? live
    : withAt(live, ['metadata', 'finalizers'], all.length === 0 ? undefined : all);
}

/** Only pods on a node that have started are given time to end. */
function graceSeconds(target: Target, live: JsonObject, removal: Removal): number {
  if (target.resource.key !== '/pods' || textAt(live, 'spec', 'nodeName') === '') return 0;
  if (['Succeeded', 'Failed'].includes(textAt(live, 'status', 'phase'))) return 0;
  return removal.graceSeconds ?? numberAt(live, 30, 'spec', 'terminationGracePeriodSeconds');
}

function withDeletion(api: Api, { target, grace }: { readonly target: Target; readonly grace: number }, object: JsonObject): JsonObject {
  const generation = at(object, 'metadata', 'generation');
  const metadata = {
    ...objectAt(object, 'metadata'),
    deletionTimestamp: timestamp({ ...api.clock, now: () => api.clock.now() + grace * 1000 }),
    deletionGracePeriodSeconds: grace,
    ...(typeof generation === 'number' ? { generation: generation + 1 } : {}),
  };
  const phase = target.resource.key === '/namespaces' ? { status: { ...objectAt(object, 'status'), phase: 'Terminating' } } : {};
  return { ...object, metadata, ...phase };
}
