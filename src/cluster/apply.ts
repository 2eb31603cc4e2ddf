import { isDeepStrictEqual } from 'node:util';
import { RolloutError } from '../errors.ts';
import { parsedJson } from '../model/json-path.ts';
import type { ApplyOptions, KubeObject } from '../model/kube.ts';
import { type Api, refOf } from './api.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import { leftDefaults } from './left-defaults.ts';
import {
  LAST_APPLIED as ANNOTATION,
  applierFields,
  disowned,
  handingOver,
  hasClientSideFields,
  isKubectl,
  isScaled,
} from './managed-fields.ts';
import { ofController } from './of-controller.ts';
import { objectPath } from './paths.ts';
import { valueAt, withValueAt } from './pointer.ts';
import { getServed } from './reads.ts';
import { ApplyConflict } from './status.ts';
import { about, asServerWrites, patch, placed, replace, type Target, targetOf, write, writeQuery } from './writes.ts';

const MOST_ATTEMPTS = 10;

/**
 * Server-side apply as manager `kubectl`. What client-side kubectl commands own is handed over first, so that the one write that follows
 * removes what the file dropped; kubectl itself applies twice, which rolls a workload twice. Throws APPLY_CONFLICT.
 */
export async function apply(api: Api, object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
  const target = await targetOf(api, refOf(object));
  const work: Work = { target, object: placed(object, target.namespace), options, left: MOST_ATTEMPTS };
  return options.yields === undefined ? attempt(api, work) : attemptBeside(api, work, options.yields);
}

async function attemptBeside(api: Api, work: Work, yielding: string): Promise<KubeObject> {
  try {
    return await attempt(api, work);
  } catch (error) {
    if (!(error instanceof ApplyConflict)) throw error;
    const inTheWay = error.managers.filter(owner => owner.manager !== yielding && !isHandedOver(owner));
    if (inTheWay.length > 0) throw new ApplyConflict(error.refused, inTheWay);
    return attempt(api, { ...work, options: { ...work.options, force: true } });
  }
}

interface Work {
  readonly target: Target;
  readonly object: KubeObject;
  readonly options: ApplyOptions;
  readonly left: number;
  /** The object before live values were put in, and where. */
  readonly file?: KubeObject;
  readonly kept?: readonly string[];
}

async function attempt(api: Api, work: Work): Promise<KubeObject> {
  const live = work.options.live ?? (await getServed(api, work.target.kind, refOf(work.object)));
  try {
    if (live === null) return await send(api, work, work.object);
    if ((await work.options.mayWrite?.(live)) === false) return live;
    return await settle(api, work, live);
  } catch (error) {
    if (work.left <= 1 || !(isOvertaken(error) || (await hasMoved(api, work, { live, error })))) throw error;
    const { live: _overtaken, ...options } = work.options;
    return attempt(api, { ...work, options, left: work.left - 1 });
  }
}

// The API server looks at owners before it looks at versions: whoever was faster may be why fields are in the way.
async function hasMoved(api: Api, work: Work, { live, error }: { live: KubeObject | null; error: unknown }): Promise<boolean> {
  if (work.options.mayWrite === undefined || !(error instanceof ApplyConflict)) return false;
  const now = await getServed(api, work.target.kind, refOf(work.object));
  return now?.metadata.resourceVersion !== live?.metadata.resourceVersion;
}

async function settle(api: Api, work: Work, live: KubeObject): Promise<KubeObject> {
  const defaults = leftDefaults(live, work.object);
  const isOwnable = hasClientSideFields(live) || defaults !== null;
  if (isOwnable && work.options.dryRun === true) return await dryApply(api, work, live);
  const owned = isOwnable ? await handOver(api, work, { live, defaults }) : live;
  const kept = keptPointers(work, owned);
  const object = keepingLive(work, owned);
  const annotation = annotationToKeep(work, owned);
  if (annotation === null || work.options.dryRun === true) return send(api, work, object);
  return applyAnnotated(api, { ...work, object: annotated(object, annotation), file: work.object, kept }, owned);
}

// The API server keeps this annotation in step with every apply of manager kubectl, in the form that client-side apply gives it when it is
// sent along. It must belong to nobody afterwards: the next server-side apply would drop it, and the next client-side one not prune.
async function applyAnnotated(api: Api, work: Work, live: KubeObject): Promise<KubeObject> {
  if (!isNews(work, live)) {
    const foreseen = await send(api, { ...work, options: { ...work.options, dryRun: true } }, work.object);
    if (isSame(foreseen, live)) return live;
  }
  return disown(api, { ...work, left: MOST_ATTEMPTS }, await corrected(api, work, await send(api, work, work.object)));
}

// What the annotation says otherwise than the file is written anyway: nobody has to try it.
function isNews({ file }: Work, live: KubeObject): boolean {
  const before = fieldsOf(parsedJson(live.metadata.annotations?.[ANNOTATION] ?? ''));
  return before !== null && (isOfClientSide(before, file) || !isDeepStrictEqual(bodyOf(before), bodyOf(file ?? {})));
}

// Client-side apply writes an empty map of annotations where the file has none, and the API server leaves it out.
function isOfClientSide({ metadata }: Readonly<Record<string, unknown>>, file: KubeObject | undefined): boolean {
  const annotations = fieldsOf(fieldsOf(metadata)?.annotations);
  return annotations !== null && Object.keys(annotations).length === 0 && file?.metadata.annotations === undefined;
}

// Tools write the metadata of one file in several ways.
function bodyOf({ metadata: _metadata, status: _status, ...body }: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(body));
}

// Values kept live, and the version they were read at, are no part of the file: the annotation says what the file says.
async function corrected(api: Api, work: Work, live: KubeObject): Promise<KubeObject> {
  const written = live.metadata.annotations?.[ANNOTATION];
  if (written === undefined || work.file === undefined) return live;
  const text = `${asServerWrites(asInFile(JSON.parse(written), work.file, work.kept ?? []))}\n`;
  if (text === written) return live;
  const path = `/metadata/annotations/${ANNOTATION.replaceAll('/', '~1')}`;
  return patch(api, { ref: refOf(work.object), operations: [{ op: 'replace', path, value: text }] }, { manager: managerOf(work) });
}

function asInFile(written: unknown, file: KubeObject, kept: readonly string[]): unknown {
  const restored = kept.reduce<unknown>((sum, pointer) => withValueAt(sum, pointer, valueAt(file, pointer)), written);
  return withValueAt(restored, '/metadata/resourceVersion', undefined);
}

async function disown(api: Api, work: Work, live: KubeObject): Promise<KubeObject> {
  const operations = disowned(live, ANNOTATION);
  if (operations.length === 0) return live;
  try {
    return await patch(api, { ref: refOf(work.object), operations }, { manager: managerOf(work) });
  } catch (error) {
    const newest = work.left > 1 && isOvertaken(error) ? await getServed(api, work.target.kind, refOf(work.object)) : null;
    if (newest === null) throw error;
    return disown(api, { ...work, left: work.left - 1 }, newest);
  }
}

function annotationToKeep(work: Work, live: KubeObject): string | null {
  if (managerOf(work) !== 'kubectl' || work.object.metadata.annotations?.[ANNOTATION] !== undefined) return null;
  return live.metadata.annotations?.[ANNOTATION] ?? null;
}

function annotated(object: KubeObject, value: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [ANNOTATION]: value } } };
}

function isSame(one: KubeObject, other: KubeObject): boolean {
  return JSON.stringify(content(one)) === JSON.stringify(content(other));
}

function content(object: KubeObject): unknown {
  const { resourceVersion: _, managedFields: __, ...metadata } = object.metadata;
  return [{ ...object, status: null, metadata }, applierFields(object, 'kubectl', ANNOTATION)];
}

const isHandedOver = ({ manager, subresource }: ApplyConflict['managers'][number]): boolean => subresource === null && isKubectl(manager);

// Somebody wrote between the read and the write: a new read tells how to go on.
function isOvertaken(error: unknown): boolean {
  if (error instanceof ApplyConflict) return error.managers.every(isHandedOver);
  return error instanceof RolloutError && error.code === 'CONFLICT';
}

async function send(api: Api, work: Work, object: KubeObject): Promise<KubeObject> {
  const { target, options } = work;
  const manager = managerOf(work);
  return write(api, target, {
    method: 'PATCH',
    path: objectPath(target.kind, target.namespace, target.name) + writeQuery({ ...options, manager }, { force: options.force === true }),
    body: JSON.stringify(withoutServerFields(object)),
    contentType: 'application/apply-patch+yaml',
    about: about('patch', target),
    repeatable: true,
  });
}

function managerOf(work: Work): string {
  return work.options.manager ?? 'kubectl';
}

function withoutServerFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function keptPointers({ object, options }: Work, live: KubeObject): readonly string[] {
  const pointers = new Set([...(options.keepLive ?? []), ...(isScaled(live) ? ['/spec/replicas'] : []), ...ofController(object)]);
  return [...pointers].filter(pointer => valueAt(live, pointer) !== undefined);
}

// With the resourceVersion neither the kept value nor the leave to write can be older than the object that is written. A value that is not the
// applier's stays by being left out: sent along, it would be his too, which is a write.
function keepingLive(work: Work, live: KubeObject): KubeObject {
  const kept = keptPointers(work, live);
  if (kept.length === 0 && work.options.mayWrite === undefined) return work.object;
  const fields = applierFields(live, managerOf(work), ANNOTATION);
  const sent = (pointer: string): unknown => (isOwned(fields, pointer) ? valueAt(live, pointer) : undefined);
  const object = kept.reduce<unknown>((sum, pointer) => withValueAt(sum, pointer, sent(pointer)), work.object) as KubeObject;
  const { resourceVersion } = live.metadata;
  return resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
}

const isOwned = (fields: unknown, pointer: string): boolean => valueAt(fields, pointer.replaceAll('/', '/f:')) !== undefined;

interface Owed {
  readonly live: KubeObject;
  /** Fields that nobody owns, and that the applier has to own before it can drop them. */
  readonly defaults: ReturnType<typeof leftDefaults>;
}

async function handOver(api: Api, work: Work, { live, defaults }: Owed): Promise<KubeObject> {
  // Where a look at the object decided, it is as it was looked at; else controllers may report of it meanwhile.
  const { resourceVersion } = live.metadata;
  const version =
    work.options.mayWrite === undefined ? [] : [{ op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion } as const];
  const spared = keptPointers(work, live).filter(pointer => valueAt(work.object, pointer) === undefined);
  const operations = [...handingOver(live, managerOf(work), { more: defaults ?? {}, spared }), ...version];
  return patch(api, { ref: refOf(work.object), operations }, { manager: managerOf(work) });
}

// A dry run cannot hand over: fields that the file dropped are still there, and may not go together with the new ones. The object as the
// file has it decides then.
async function dryApply(api: Api, work: Work, live: KubeObject): Promise<KubeObject> {
  const object = keepingLive(work, live);
  try {
    return await send(api, work, object);
  } catch (error) {
    if (error instanceof ApplyConflict && isOvertaken(error))
      return dryApply(api, { ...work, options: { ...work.options, force: true } }, live);
    if (!(error instanceof RolloutError && error.code === 'INVALID')) throw error;
    const { resourceVersion } = live.metadata;
    const whole = { ...object, metadata: { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
    return replace(api, whole, { dryRun: true, manager: managerOf(work) }).catch(() => {
      throw error;
    });
  }
}
