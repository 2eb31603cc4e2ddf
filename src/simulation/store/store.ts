/** The objects, their versions, and what happened to them. */
import type { JsonObject } from '../../model/kube.ts';
import { textAt, withAt } from '../json.ts';
import { createKinship, type Kinship } from './kinship.ts';

/** One write, as watches tell it. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `group/plural`. */
  readonly key: string;
  readonly object: JsonObject;
  readonly previous: JsonObject | undefined;
  readonly version: number;
}

/** All objects in all their versions that are remembered. */
export interface Store {
  /** The version of the last write. */
  version(): number;
  get(key: string, namespace: string, name: string): JsonObject | undefined;
  /** In the order of namespace and name; all namespaces when it is empty. */
  list(key: string, namespace: string): readonly JsonObject[];
  /** The object with a uid, wherever it is. */
  byUid(uid: string): JsonObject | undefined;
  /** Objects that name a uid among their owners; only those under a key when it is given. */
  ownedBy(uid: string, key?: string): readonly JsonObject[];
  /** Stores the object under its namespace and name with a new version, and answers what was stored. */
  put(key: string, object: JsonObject): JsonObject;
  remove(key: string, object: JsonObject): JsonObject;
  /** Events after a version, or null when they are forgotten. */
  since(key: string, version: number): readonly StoreEvent[] | null;
  /** The oldest version whose later events are all remembered. */
  oldest(): number;
  /** Called with every event, in order, inside the write; the answer ends it. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
  /** Forgets all events, as etcd's compaction does. */
  compact(): void;
  /** What is there now, as if it had just come. */
  arrivals(): readonly StoreEvent[];
  /** What is there now, to begin another store with. */
  content(): Content;
}

/** What a store holds: objects by key, and the version of the last write. */
export interface Content {
  readonly objects: ReadonlyMap<string, readonly JsonObject[]>;
  readonly version: number;
}

/** Events that are remembered for watches that start from an older version. */
const rememberedEvents = 10_000;
/** Versions of a fresh cluster begin above those of what a real one writes at its start. */
const firstVersion = 1000;

const nothing: Content = { objects: new Map(), version: firstVersion };

/** A store with a content, whose history is forgotten. */
export function createStore({ objects, version: last }: Content = nothing): Store {
  let version = last;
  const history = createHistory(last);
  const kinship = createKinship();
  const tables = filled(objects, kinship);
  const versioned = (object: JsonObject): JsonObject => {
    version += 1;
    return withAt(object, ['metadata', 'resourceVersion'], String(version));
  };
  return {
    version: () => version,
    ...readingOf(tables, kinship),
    put: (key, object) => {
      const stored = versioned(object);
      const place = placeOf(object);
      const previous = tableOf(tables, key).get(place);
      tableOf(tables, key).set(place, stored);
      kinship.note(key, previous, stored);
      history.tell({ type: previous === undefined ? 'ADDED' : 'MODIFIED', key, object: stored, previous, version });
      return stored;
    },
    remove: (key, object) => {
      const last = versioned(object);
      const previous = tableOf(tables, key).get(placeOf(object));
      tableOf(tables, key).delete(placeOf(object));
      kinship.note(key, previous, undefined);
      history.tell({ type: 'DELETED', key, object: last, previous, version });
      return last;
    },
    since: history.since,
    oldest: history.oldest,
    subscribe: history.subscribe,
    compact: () => history.forget(version),
    content: () => ({ objects: copied(tables), version }),
  };
}

const copied = (tables: Tables): Content['objects'] => new Map([...tables].map(([key, table]) => [key, [...table.values()]] as const));

function filled(objects: Content['objects'], kinship: Kinship): Map<string, Map<string, JsonObject>> {
  const tables = new Map<string, Map<string, JsonObject>>();
  for (const [key, all] of objects)
    for (const object of all) {
      tableOf(tables, key).set(placeOf(object), object);
      kinship.note(key, undefined, object);
    }
  return tables;
}

type Tables = ReadonlyMap<string, ReadonlyMap<string, JsonObject>>;

function readingOf(tables: Tables, kinship: Kinship): Pick<Store, 'get' | 'list' | 'byUid' | 'ownedBy' | 'arrivals'> {
  return {
    get: (key, namespace, name) => tables.get(key)?.get(`${namespace}/${name}`),
    list: (key, namespace) => sorted(tables.get(key), namespace),
    byUid: kinship.byUid,
    ownedBy: kinship.ownedBy,
    arrivals: () =>
      [...tables].flatMap(([key, table]) =>
        [...table.values()].map((object): StoreEvent => ({ type: 'ADDED', key, object, previous: undefined, version: versionOf(object) })),
      ),
  };
}

const versionOf = (object: JsonObject): number => Number(textAt(object, 'metadata', 'resourceVersion'));

interface History extends Pick<Store, 'since' | 'oldest' | 'subscribe'> {
  tell(event: StoreEvent): void;
  forget(version: number): void;
}

function createHistory(from: number): History {
  let forgotten = from;
  let log: StoreEvent[] = [];
  const listeners = new Set<(event: StoreEvent) => void>();
  return {
    since: (key, from) => (from < forgotten ? null : after(log, from).filter(event => event.key === key)),
    oldest: () => forgotten,
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: event => {
      log.push(event);
      if (log.length > rememberedEvents) {
        log = log.slice(rememberedEvents / 2);
        forgotten = (log[0]?.version ?? event.version) - 1;
      }
      for (const listener of [...listeners]) listener(event);
    },
    forget: version => {
      log = [];
      forgotten = version;
    },
  };
}

function tableOf(tables: Map<string, Map<string, JsonObject>>, key: string): Map<string, JsonObject> {
  const known = tables.get(key) ?? new Map<string, JsonObject>();
  tables.set(key, known);
  return known;
}

function placeOf(object: JsonObject): string {
  return `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
}

function sorted(table: ReadonlyMap<string, JsonObject> | undefined, namespace: string): readonly JsonObject[] {
  const places = [...(table ?? [])].filter(([place]) => namespace === '' || place.startsWith(`${namespace}/`));
  return places.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function after(log: readonly StoreEvent[], version: number): readonly StoreEvent[] {
  const first = log.findIndex(event => event.version > version);
  return first < 0 ? [] : log.slice(first);
}
