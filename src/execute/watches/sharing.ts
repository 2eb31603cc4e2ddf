import type { Cluster, Collection, KubeObject, Ref } from '../../model/kube.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';
import { STATEFUL_SET } from '../../workloads/stateful-set.ts';
import { isMeant, labelQuery, unionOf } from './label-query.ts';

/** The collection whose one watch serves another, or null where that one is watched by itself. */
export type Scope = (of: Ref | Collection) => Shared | null;

/** What one watch shows to several; `only`: they look at these objects alone. */
interface Shared {
  readonly of: Collection;
  readonly only?: readonly Ref[];
}

/**
 * The same cluster for many waits at once: all watches in a scope become one, and each consumer gets its part of it, again whenever that part
 * changed. Every watch on its own would be a connection.
 */
export function sharing(cluster: Cluster, scopeOf: Scope = wholeKind): Cluster {
  const feeds = new Map<string, Feed>();
  const feedOf = (shared: Shared): Feed => {
    const { of } = shared;
    const key = [of.apiVersion, of.kind, of.namespace, of.labels].join(' ');
    const feed = feeds.get(key) ?? openFeed(cluster, shared, () => feeds.delete(key));
    feeds.set(key, feed);
    return feed;
  };
  const watch: Cluster['watch'] = (of, signal, only) => {
    const scope = scopeOf(of);
    return scope ? partOf(feedOf(scope), of, signal) : cluster.watch(of, signal, only);
  };
  return { ...cluster, watch };
}

/** What a plain deploy lists anyway, so that nobody needs another right than before. */
const SHARED = [DEPLOYMENT.kind, DEPLOYMENT.revisions.kind, STATEFUL_SET.kind, 'Pod'];

function wholeKind(of: Ref | Collection): Shared | null {
  const { apiVersion, kind, namespace } = of;
  return namespace !== undefined && SHARED.includes(kind) && isSimple(of) ? { of: { apiVersion, kind, namespace } } : null;
}

const isSimple = (of: Ref | Collection): boolean => 'name' in of || (of.fields === undefined && labelQuery(of.labels) !== null);

/** An object, and the labels by which it is found among others. */
export interface Labelled {
  readonly ref: Ref;
  readonly labels: string;
}

/**
 * Collections of one kind in one namespace share a watch whose query covers the labels of all, and so do single objects that are known by their labels.
 * Everything else is watched by itself.
 */
export function scopeAmong(collections: readonly Collection[], own: readonly Labelled[] = []): Scope {
  return of => {
    const isNamed = 'name' in of;
    const beside = isNamed ? own.filter(({ ref }) => isBeside(of, ref)) : collections.filter(other => isBeside(of, other));
    const queries = distinct(beside.map(({ labels }) => labels));
    const isAmong = isNamed ? own.some(({ ref }) => isBeside(of, ref) && ref.name === of.name) : queries.includes(of.labels);
    const labels = isAmong && queries.length > 1 ? unionOf(queries) : null;
    const { apiVersion, kind, namespace } = of;
    const named = collections.some(other => isBeside(of, other))
      ? {}
      : { only: own.filter(({ ref }) => isBeside(of, ref)).map(({ ref }) => ref) };
    return labels === null ? null : { of: { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), labels }, ...named };
  };
}

const isBeside = (one: Ref | Collection, other: Ref | Collection): boolean =>
  one.apiVersion === other.apiVersion &&
  one.kind === other.kind &&
  one.namespace === other.namespace &&
  !('fields' in other && other.fields !== undefined);

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

async function* partOf(feed: Feed, of: Ref | Collection, signal: AbortSignal): AsyncGenerator<readonly KubeObject[]> {
  feed.enter();
  signal.addEventListener('abort', feed.wake);
  let [seen, last]: [Edition | null, readonly KubeObject[] | null] = [null, null];
  try {
    for (;;) {
      const edition: Edition | null = await feed.next(seen, signal);
      if (edition === null) return;
      seen = edition;
      const own = edition.objects.filter(object => isIn(of, object));
      if (last !== null && isSame(own, last)) continue;
      last = own;
      yield own;
      feed.want();
    }
  } finally {
    signal.removeEventListener('abort', feed.wake);
    await feed.leave();
  }
}

function isIn(of: Ref | Collection, { metadata }: KubeObject): boolean {
  if ('name' in of) return metadata.name === of.name;
  const query = labelQuery(of.labels);
  return query === null || isMeant(query, metadata.labels);
}

interface Edition {
  readonly objects: readonly KubeObject[];
}

/** One watch with several readers; ends with the last of them. */
interface Feed {
  enter(): void;
  leave(): Promise<void>;
  /** Lets all readers look again. */
  wake(): void;
  /** Asks for more than the first edition. */
  want(): void;
  /** The newest edition once it is not the one seen; null when the signal aborted. Throws what the watch throws. */
  next(seen: Edition | null, signal: AbortSignal): Promise<Edition | null>;
}

interface State {
  newest: Edition | null;
  failure: { readonly error: unknown } | null;
  readers: number;
  isWanted: boolean;
}

function openFeed(cluster: Cluster, { of, only }: Shared, onEnd: () => void): Feed {
  const over = new AbortController();
  const [news, more] = [openSignal(), openSignal()];
  const state: State = { newest: null, failure: null, readers: 0, isWanted: false };
  const follow = async (): Promise<void> => {
    for await (const objects of cluster.watch(of, over.signal, only)) {
      state.newest = { objects };
      news.give();
      if (!state.isWanted) await more.given();
    }
  };
  const work = follow().catch((error: unknown) => {
    state.failure = { error };
    news.give();
  });
  const want = (): void => {
    state.isWanted = true;
    more.give();
  };
  return {
    want,
    wake: news.give,
    enter: () => {
      state.readers += 1;
    },
    leave: async () => {
      if (--state.readers > 0) return;
      onEnd();
      over.abort();
      want();
      await work;
    },
    next: async (seen, signal) => {
      while (state.newest === seen && state.failure === null && !signal.aborted) await news.given();
      if (signal.aborted) return null;
      if (state.failure !== null) throw state.failure.error;
      return state.newest;
    },
  };
}

/** A watch keeps the objects that did not change as they were. */
function isSame(one: readonly KubeObject[], other: readonly KubeObject[]): boolean {
  return one.length === other.length && one.every((object, i) => object === other[i]);
}

interface Signal {
  /** Lets everybody go on who waits now. */
  give(): void;
  given(): Promise<void>;
}

function openSignal(): Signal {
  let waiting: (() => void)[] = [];
  return {
    give: () => {
      const going = waiting;
      waiting = [];
      for (const go of going) go();
    },
    given: () => new Promise(resolve => void waiting.push(resolve)),
  };
}
