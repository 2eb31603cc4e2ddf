import { RolloutError } from '../errors.ts';
import type { ApplyOptions, KubeObject } from '../model/kube.ts';
import { type Api, objectOf, refOf } from './api.ts';
import { handedOver, hasClientSideFields, isKubectl, isScaled } from './managed-fields.ts';
import { objectPath } from './paths.ts';
import { valueAt, withValueAt } from './pointer.ts';
import { getServed } from './reads.ts';
import { ApplyConflict } from './status.ts';
import { about, patch, placed, replace, type Target, targetOf, write, writeQuery } from './writes.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
const MOST_ATTEMPTS = 10;

/**
 * Server-side apply as manager `kubectl`. What client-side kubectl commands own is handed over first, so that the one write that follows
 * removes what the file dropped; kubectl itself applies twice, which rolls a workload twice. Throws APPLY_CONFLICT.
 */
export async function apply(api: Api, object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
  const target = await targetOf(api, refOf(object));
  return attempt(api, { target, object: placed(object, target.namespace), options, left: MOST_ATTEMPTS });
}

interface Work {
  readonly target: Target;
  readonly object: KubeObject;
  readonly options: ApplyOptions;
  readonly left: number;
}

async function attempt(api: Api, work: Work): Promise<KubeObject> {
  const live = await getServed(api, work.target.kind, refOf(work.object));
  try {
    if (live === null) return await send(api, work, work.object);
    if (work.options.dryRun === true && hasClientSideFields(live)) return await rehearse(api, work, live);
    if (hasClientSideFields(live)) await handOver(api, work, live);
    return await send(api, work, keepingLive(work, live));
  } catch (error) {
    if (work.left <= 1 || !isOvertaken(error)) throw error;
    return attempt(api, { ...work, left: work.left - 1 });
  }
}

// Somebody wrote between the read and the write: a new read tells how to go on.
function isOvertaken(error: unknown): boolean {
  if (error instanceof ApplyConflict) return error.managers.every(({ manager, subresource }) => subresource === null && isKubectl(manager));
  return error instanceof RolloutError && error.code === 'CONFLICT';
}

async function send(api: Api, work: Work, object: KubeObject, force = work.options.force): Promise<KubeObject> {
  const { target, options } = work;
  const manager = managerOf(work);
  return write(api, target, {
    method: 'PATCH',
    path: objectPath(target.kind, target.namespace, target.name) + writeQuery({ ...options, manager }, { force: force === true }),
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

// With the resourceVersion the kept value cannot be older than the object that it is written to.
function keepingLive(work: Work, live: KubeObject): KubeObject {
  const pointers = new Set([...(work.options.keepLive ?? []), ...(isScaled(live) ? ['/spec/replicas'] : [])]);
  const kept = [...pointers].filter(pointer => valueAt(live, pointer) !== undefined);
  if (kept.length === 0) return work.object;
  const object = objectOf(kept.reduce<unknown>((sum, pointer) => withValueAt(sum, pointer, valueAt(live, pointer)), work.object));
  const { resourceVersion } = live.metadata;
  return resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
}

async function handOver(api: Api, work: Work, live: KubeObject): Promise<void> {
  const annotated = await shareAnnotation(api, work, live);
  const operations = [
    { op: 'replace', path: '/metadata/managedFields', value: handedOver(annotated, managerOf(work)) },
    { op: 'replace', path: '/metadata/resourceVersion', value: annotated.metadata.resourceVersion },
  ] as const;
  await patch(api, { ref: refOf(work.object), operations }, { manager: managerOf(work) });
}

// The API server keeps the annotation in step with every apply of manager kubectl. It stays only while somebody else owns it too: kubectl
// uses a manager of this name for it, and a client-side apply takes it back.
async function shareAnnotation(api: Api, work: Work, live: KubeObject): Promise<KubeObject> {
  const value = live.metadata.annotations?.[ANNOTATION];
  if (value === undefined) return live;
  const { apiVersion, kind, metadata } = work.object;
  const { name, namespace } = metadata;
  const { resourceVersion } = live.metadata;
  const annotation = { apiVersion, kind, metadata: { name, namespace, resourceVersion, annotations: { [ANNOTATION]: value } } };
  return send(api, { ...work, options: { manager: 'kubectl-last-applied' } }, objectOf(annotation));
}

// A dry run cannot hand over: fields that the file dropped are still there, and may not go together with the new ones. The object as the
// file has it decides then.
async function rehearse(api: Api, work: Work, live: KubeObject): Promise<KubeObject> {
  const object = keepingLive(work, live);
  try {
    return await send(api, work, object);
  } catch (error) {
    if (error instanceof ApplyConflict && isOvertaken(error))
      return rehearse(api, { ...work, options: { ...work.options, force: true } }, live);
    if (!(error instanceof RolloutError && error.code === 'INVALID')) throw error;
    const { resourceVersion } = live.metadata;
    const whole = { ...object, metadata: { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
    return replace(api, whole, { dryRun: true, manager: managerOf(work) }).catch(() => {
      throw error;
    });
  }
}
