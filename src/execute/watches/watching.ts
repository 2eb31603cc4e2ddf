import type { Cluster, Collection, KubeObject, Ref } from '../../model/kube.ts';
import type { Time } from '../../model/time.ts';

/** What several watches show at one moment, by the names they were given. */
export type Snapshot = Readonly<Record<string, readonly KubeObject[]>>;

/** How often a snapshot comes without any change, so that time itself can be judged. */
const TICK_MILLISECONDS = 500;

/**
 * Several watches as one: a snapshot as soon as each has answered, then after every change and every half second. A watch is asked for
 * more only once the first snapshot was not enough. Ends when the consumer stops or the signal aborts; throws what a watch throws.
 */
export async function* watchAll(
  cluster: Cluster,
  targets: Readonly<Record<string, Ref | Collection>>,
  signal: AbortSignal,
): AsyncGenerator<Snapshot> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const view = openView(Object.keys(targets), cluster.time);
  const follows = Object.entries(targets).map(([name, target]) => view.follow(name, cluster.watch(target, ended)));
  signal.addEventListener('abort', view.wake);
  try {
    while (!signal.aborted) {
      const due = view.changed();
      const snapshot = view.snapshot();
      if (snapshot) {
        yield snapshot;
        view.goOn();
      }
      await due;
    }
  } finally {
    signal.removeEventListener('abort', view.wake);
    stop.abort();
    view.goOn();
    view.wake();
    await Promise.all(follows);
  }
}

interface View {
  /** Takes in a watch until it ends. */
  follow(name: string, sets: AsyncIterable<readonly KubeObject[]>): Promise<void>;
  /** What all watches show, once each has answered; throws what a watch threw. */
  snapshot(): Snapshot | null;
  /** Resolves at the next change, or after a tick. */
  changed(): Promise<void>;
  wake(): void;
  /** The first sets were not enough. */
  goOn(): void;
}

function openView(names: readonly string[], time: Time): View {
  const shown = new Map<string, readonly KubeObject[]>();
  const failures: unknown[] = [];
  let [wake, goOn] = [(): void => undefined, (): void => undefined];
  const isAsked = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const follow = async (name: string, sets: AsyncIterable<readonly KubeObject[]>): Promise<void> => {
    for await (const objects of sets) {
      shown.set(name, objects);
      wake();
      await isAsked;
    }
  };
  return {
    follow: (name, sets) =>
      follow(name, sets).catch((error: unknown) => {
        failures.push(error);
        wake();
      }),
    snapshot: () => {
      if (failures.length > 0) throw failures[0];
      return names.every(name => shown.has(name)) ? Object.fromEntries(shown) : null;
    },
    changed: () =>
      new Promise(resolve => {
        const cancel = time.after(TICK_MILLISECONDS, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      }),
    wake: () => wake(),
    goOn: () => goOn(),
  };
}
