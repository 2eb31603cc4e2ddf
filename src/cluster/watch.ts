import { RolloutError } from '../errors.ts';
import type { Collection, KubeObject, Ref, ServedKind } from '../model/kube.ts';
import { type Api, objectOf, placeOf, subjectOf } from './api.ts';
import { type Board, openBoard } from './board.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import { linesOf } from './lines.ts';
import { collectionPath, query } from './paths.ts';
import { getServed, type Snapshot, snapshot } from './reads.ts';
import { isEarlier } from './written.ts';

const WATCH_SECONDS = 280;
const LONGEST_WAIT_MS = 5000;
// After so many watches that said nothing the set is read anew, and then again and again for a while instead of watched.
const MOST_EMPTY = 2;
const POLL_MS = 2000;
const POLLS = 15;

/** The complete current set, and again after every change, until `signal` aborts. Sets that nobody took are skipped. */
export async function* watch(api: Api, looked: Looked, signal: AbortSignal): AsyncGenerator<readonly KubeObject[]> {
  if (signal.aborted) return;
  const over = new AbortController();
  const board = openBoard();
  const end = (): void => {
    over.abort();
    board.wake();
  };
  signal.addEventListener('abort', end, { once: true });
  const work = follow(api, looked, { board, signal: over.signal, ear: { empty: 0, isCut: false, polls: 0, known: '' } }).catch(
    (error: unknown) => board.fail(error),
  );
  try {
    for (;;) {
      const set = await board.changed();
      if (over.signal.aborted) return;
      yield set;
    }
  } finally {
    signal.removeEventListener('abort', end);
    end();
    await work;
  }
}

/** What is watched; `only`: whoever takes the sets looks at these objects alone. */
interface Looked {
  readonly of: Ref | Collection;
  readonly only?: readonly Ref[] | undefined;
}

interface Following {
  readonly board: Board;
  readonly signal: AbortSignal;
  readonly ear: Ear;
}

/** How far the watches of a set can be relied on. */
interface Ear {
  /** Watches in a row that ended without a word. */
  empty: number;
  /** One of them ended at once. */
  isCut: boolean;
  /** Reads that are still to be made instead of a watch. */
  polls: number;
  /** The set that was read last. */
  known: string;
}

async function follow(api: Api, looked: Looked, following: Following): Promise<void> {
  const { board, signal, ear } = following;
  for (let failures = 0; !signal.aborted; ) {
    try {
      await once(api, looked, following);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!board.isShown() || !isPassing(error)) throw error;
      failures += 1;
      ear.empty += 1;
    }
    await pause(api, Math.min(50 * 2 ** failures, LONGEST_WAIT_MS), signal);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof RolloutError && ['UNREACHABLE', 'TOO_MANY_REQUESTS', 'API_ERROR', 'NOT_FOUND'].includes(error.code);
}

async function pause(api: Api, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await Promise.race([api.requests.pause(ms), new Promise<void>(done => signal.addEventListener('abort', () => done(), { once: true }))]);
}

// Reads the set and follows it until it has to be read again.
async function once(api: Api, { of, only }: Looked, following: Following): Promise<void> {
  const { board, signal, ear } = following;
  const kind = await api.discovery.find(of.apiVersion, of.kind);
  if (kind === null) {
    board.show([]);
    return pause(api, LONGEST_WAIT_MS, signal);
  }
  const scope = scopeOf(api, kind, of);
  const start = (board.isShown() ? null : await answeredTo(api, scope, only)) ?? (await begin(api, scope));
  if (start.resourceVersion !== '') {
    board.show(start.objects);
    // Whoever is content with the first set costs no connection: most waits are over when they begin.
    await board.wanted();
  }
  if (isDeaf(ear, start)) return poll(api, { scope, start }, following);
  const set = new Map(start.objects.map(object => [keyOf(object), object]));
  let from: string | null = start.resourceVersion;
  while (from !== null && !signal.aborted && ear.empty < MOST_EMPTY) from = await changes(api, { scope, set, from }, following);
}

const versionsOf = (objects: readonly KubeObject[]): string =>
  objects
    .map(object => `${keyOf(object)} ${object.metadata.resourceVersion}`)
    .sort()
    .join();

/** Two watches that said nothing are not believed where they ended at once, or a read tells what they did not. */
function isDeaf(ear: Ear, { objects }: Snapshot): boolean {
  const now = versionsOf(objects);
  if (ear.empty >= MOST_EMPTY) {
    if (ear.isCut || now !== ear.known) ear.polls = POLLS;
    ear.empty = 0;
    ear.isCut = false;
  }
  ear.known = now;
  ear.polls -= 1;
  return ear.polls >= 0;
}

async function poll(api: Api, { scope, start }: { scope: Scope; start: Snapshot }, { board, signal }: Following): Promise<void> {
  if (start.resourceVersion === '') await showOne(api, { scope, set: new Map(), from: '' }, board);
  await board.wanted();
  await pause(api, POLL_MS, signal);
}

interface Scope {
  readonly kind: ServedKind;
  readonly of: Collection;
  /** Of a watch on one object. */
  readonly ref: Ref | null;
}

function scopeOf(api: Api, kind: ServedKind, of: Ref | Collection): Scope {
  if (!('name' in of)) return { kind, of, ref: null };
  const namespace = placeOf(api, kind, of.namespace);
  const collection = { apiVersion: of.apiVersion, kind: of.kind, fields: `metadata.name=${of.name}` };
  return { kind, ref: of, of: namespace === null ? collection : { ...collection, namespace } };
}

/** What was just written need not be listed: its changes are told from the answer on. */
function answeredTo(api: Api, { ref, of: { namespace } }: Scope, only: readonly Ref[] | undefined): Promise<Snapshot | null> {
  return api.written.begin(only ?? (ref ? [namespace === undefined ? ref : { ...ref, namespace }] : []));
}

// Who may only get and watch one object starts without a moment: its own resourceVersion may be too old to watch from.
async function begin(api: Api, scope: Scope): Promise<Snapshot> {
  try {
    return await snapshot(api, scope.kind, scope.of);
  } catch (error) {
    if (scope.ref !== null && error instanceof RolloutError && error.code === 'FORBIDDEN') return { objects: [], resourceVersion: '' };
    throw error;
  }
}

interface Stage {
  readonly scope: Scope;
  readonly set: Map<string, KubeObject>;
  readonly from: string;
}

/** Follows one watch to its end; the moment to go on from, or null to read everything again. */
async function changes(api: Api, stage: Stage, { board, signal, ear }: Following): Promise<string | null> {
  const begun = api.requests.time.elapsed();
  const stream = await openStream(api, stage, signal);
  if (stage.from === '') await showOne(api, stage, board);
  let from: string | null = stage.from;
  ear.empty += 1;
  try {
    for await (const lines of linesOf(stream)) {
      const before: string = from;
      from = lines.reduce<string | null>((at, line) => (at === null ? null : taken(stage.set, line, at)), before);
      if (from === null) break;
      // A page of a gateway, or an error each time, is no word of the API server's.
      ear.empty = 0;
      if (lines.some(line => !line.startsWith('{"type":"BOOKMARK"'))) board.show([...stage.set.values()]);
    }
  } catch {
    // A lost connection: the next watch takes up where this one was cut off.
    if (signal.aborted) return null;
  }
  ear.known = versionsOf([...stage.set.values()]);
  if (api.requests.time.elapsed() - begun < 1000) {
    ear.isCut = true;
    await pause(api, 200, signal);
  }
  return from === '' ? null : from;
}

/** A watch from a moment on, as the API server sends it. */
export async function openStream(api: Api, { scope, from }: Stage, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const namespace = scope.of.namespace ?? null;
  const parameters = {
    watch: true,
    allowWatchBookmarks: true,
    timeoutSeconds: WATCH_SECONDS,
    resourceVersion: from === '' ? undefined : from,
    labelSelector: scope.of.labels,
    fieldSelector: scope.of.fields,
  };
  const path = collectionPath(scope.kind, namespace) + query(parameters);
  const about = subjectOf('watch', scope.kind, { namespace, name: scope.ref?.name ?? null });
  return api.requests.stream({ method: 'GET', path, about, repeatable: true }, signal);
}

// The watch is open by now, so that whatever happens after this read is told.
async function showOne(api: Api, { scope, set }: Stage, board: Board): Promise<void> {
  const live = scope.ref === null ? null : await getServed(api, scope.kind, scope.ref);
  if (live !== null) set.set(keyOf(live), live);
  board.show([...set.values()]);
}

// The set of a watch is its own: it changes in place, since a copy per event of a large set would take quadratic time.
function taken(set: Map<string, KubeObject>, line: string, at: string): string | null {
  const { type, object } = fieldsOf(JSON.parse(line)) ?? {};
  if (type === 'ERROR') return null;
  if (type === 'BOOKMARK') return String(fieldsOf(fieldsOf(object)?.metadata)?.resourceVersion ?? at);
  const changed = objectOf(object);
  put(set, type, changed);
  return changed.metadata.resourceVersion ?? at;
}

// A watch from the answer to one write on also tells what became, before the next one, of an earlier object by the same name.
function put(set: Map<string, KubeObject>, type: unknown, changed: KubeObject): void {
  const key = keyOf(changed);
  if (isEarlier(changed, set.get(key))) return;
  if (type === 'ADDED' || type === 'MODIFIED') set.set(key, changed);
  if (type === 'DELETED') set.delete(key);
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
