import { RolloutError } from '../errors.ts';
import type { KubeObject, PatchOperation, Ref, RemoveOptions, ServedKind, WriteOptions } from '../model/kube.ts';
import { isWithin } from '../model/within.ts';
import { type Api, objectOf, placeOf, refOf, subjectOf } from './api.ts';
import { patched } from './arrival.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import { collectionPath, objectPath, query } from './paths.ts';
import { getServed } from './reads.ts';
import type { Call } from './requests.ts';
import type { Subject } from './status.ts';

/** POST; throws ALREADY_EXISTS. */
export async function create(api: Api, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
  const target = await targetOf(api, refOf(object));
  const body = placed(object, target.namespace);
  const unnamed = object.metadata.name === undefined || object.metadata.name === '';
  const since = api.requests.clock.now();
  return write(api, target, {
    method: 'POST',
    path: collectionPath(target.kind, target.namespace) + writeQuery(options),
    body: JSON.stringify(body),
    about: about('create', target),
    repeatable: options.dryRun === true,
    ...(unnamed ? {} : { arrived: arrived(api, target, live => isWithin(body, live) && isYoung(live, since)) }),
  });
}

/** PUT with the resourceVersion read; throws CONFLICT. */
export async function replace(api: Api, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
  const target = await targetOf(api, refOf(object));
  const { resourceVersion: _, managedFields: __, ...metadata } = object.metadata;
  return write(api, target, {
    method: 'PUT',
    path: objectPath(target.kind, target.namespace, target.name) + writeQuery(options),
    body: JSON.stringify(placed(object, target.namespace)),
    about: about('update', target),
    repeatable: options.dryRun === true,
    arrived: arrived(api, target, live =>
      isWithin({ ...object, status: undefined, metadata: { ...metadata, generation: undefined } }, live),
    ),
  });
}

/** A JSON patch; throws CONFLICT where one of its tests fails. */
export async function patch(
  api: Api,
  change: { ref: Ref; operations: readonly PatchOperation[] },
  options: WriteOptions = {},
): Promise<KubeObject> {
  const target = await targetOf(api, change.ref);
  return write(api, target, {
    method: 'PATCH',
    path: objectPath(target.kind, target.namespace, target.name) + writeQuery(options),
    body: asServerWrites(change.operations),
    contentType: 'application/json-patch+json',
    about: { ...about('patch', target), tests: change.operations.some(operation => operation.op === 'test') },
    repeatable: options.dryRun === true,
    arrived: arrived(api, target, live => patched(live, change.operations)),
  });
}

/** DELETE; an object that is gone already is no error. */
export async function remove(api: Api, ref: Ref, options: RemoveOptions = {}): Promise<'gone' | 'going'> {
  const kind = await api.discovery.find(ref.apiVersion, ref.kind);
  if (kind === null) return 'gone';
  const namespace = placeOf(api, kind, ref.namespace);
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(options.propagation === undefined ? {} : { propagationPolicy: options.propagation }),
    ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
  };
  const path = objectPath(kind, namespace, ref.name);
  const subject = subjectOf('delete', kind, { namespace, name: ref.name });
  try {
    const repeatable = options.uid !== undefined;
    const sent = api.requests.json({ method: 'DELETE', path, body: JSON.stringify(body), about: subject, repeatable });
    api.written.expect(refAt({ kind, namespace, name: ref.name }), sent);
    const answer = await sent;
    if (isGoing(answer)) api.written.note(objectOf(answer));
    return remains(answer);
  } catch (error) {
    if (!(error instanceof RolloutError && error.code === 'NOT_FOUND')) throw error;
    return 'gone';
  }
}

/** What waits for finalizers, or for its grace, is answered as an object that says since when; all else is gone with the answer. */
function remains(answer: unknown): 'gone' | 'going' {
  const { kind, status, metadata } = fieldsOf(answer) ?? {};
  const { deletionTimestamp, name } = fieldsOf(metadata) ?? {};
  if (kind === 'Status') return status === 'Success' ? 'gone' : 'going';
  return typeof name === 'string' && deletionTimestamp === undefined ? 'gone' : 'going';
}

function isGoing(answer: unknown): boolean {
  const { kind, metadata } = fieldsOf(answer) ?? {};
  return kind !== 'Status' && fieldsOf(metadata)?.deletionTimestamp !== undefined;
}

/** Where a write goes. */
export interface Target {
  readonly kind: ServedKind;
  readonly namespace: string | null;
  readonly name: string;
}

const refAt = ({ kind: { apiVersion, kind }, namespace, name }: Target): Ref => ({
  apiVersion,
  kind,
  name,
  ...(namespace === null ? {} : { namespace }),
});

/** Resolves a reference for a write; throws NOT_SERVED. */
export async function targetOf(api: Api, ref: Ref): Promise<Target> {
  const kind = await api.discovery.demand(ref.apiVersion, ref.kind);
  return { kind, namespace: placeOf(api, kind, ref.namespace), name: ref.name };
}

/** The words for a write to the target. */
export function about(verb: Subject['verb'], target: Target): Subject {
  return subjectOf(verb, target.kind, { namespace: target.namespace, name: target.name });
}

/** The object with its namespace said, or without one where its kind has none. */
export function placed(object: KubeObject, namespace: string | null): KubeObject {
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata: namespace === null ? metadata : { ...metadata, namespace } };
}

/** The query of every write. */
export function writeQuery(options: WriteOptions, more: Readonly<Record<string, boolean | undefined>> = {}): string {
  return query({ fieldManager: options.manager, fieldValidation: 'Strict', dryRun: options.dryRun === true ? 'All' : undefined, ...more });
}

/** What is sent so is stored nowhere. */
const DRY_RUN = 'dryRun=All';

/** Sends a write; a kind that was just defined is waited for. */
export async function write(api: Api, target: Target, call: Call): Promise<KubeObject> {
  try {
    const isStored = !call.path.includes(DRY_RUN);
    const answer = api.requests.json(call);
    if (isStored) api.written.expect(refAt(target), answer);
    const written = objectOf(await answer);
    expectKinds(api, target, written);
    if (isStored) api.written.note(written);
    return written;
  } catch (error) {
    if (!isNotYetServed(api, target, error)) throw error;
    await api.requests.pause(100);
    return write(api, target, call);
  }
}

/**
 * The text of a value as the API server writes JSON: it escapes &, <, > and two ends of lines. It compares texts in a `test` as bytes of JSON:
 * unescaped, a test of "a && b" would fail though nothing changed.
 */
export function asServerWrites(value: unknown): string {
  return JSON.stringify(value).replace(/[&<>\u2028\u2029]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function expectKinds(api: Api, target: Target, written: KubeObject): void {
  const group = written.spec?.group;
  if (target.kind.kind === 'CustomResourceDefinition' && typeof group === 'string') api.discovery.expect(group);
}

function isNotYetServed(api: Api, target: Target, error: unknown): boolean {
  return (
    error instanceof RolloutError &&
    error.code === 'NOT_FOUND' &&
    /could not find the requested resource|404 page not found/.test(error.message) &&
    api.discovery.isExpected(target.kind.apiVersion)
  );
}

function arrived(api: Api, target: Target, isDone: (live: KubeObject) => boolean): () => Promise<string | null> {
  return async () => {
    const ref = { apiVersion: target.kind.apiVersion, kind: target.kind.kind, name: target.name };
    const live = await getServed(api, target.kind, target.namespace === null ? ref : { ...ref, namespace: target.namespace });
    return live !== null && isDone(live) ? JSON.stringify(live) : null;
  };
}

// Creation times are cut to seconds, and so is the clock that they are compared with.
function isYoung(live: KubeObject, since: number): boolean {
  return Date.parse(live.metadata.creationTimestamp ?? '') >= since - 2000;
}
