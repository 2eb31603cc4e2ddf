import type { Cluster, Collection, KubeObject, Ref } from '../model/kube.ts';

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
  const state = new Map<string, readonly KubeObject[]>();
  let failure: { readonly error: unknown } | null = null;
  let wake = (): void => undefined;
  let goOn = (): void => undefined;
  const isAsked = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const follow = async (name: string, target: Ref | Collection): Promise<void> => {
    for await (const objects of cluster.watch(target, ended)) {
      state.set(name, objects);
      wake();
      await isAsked;
    }
  };
  const names = Object.keys(targets);
  const follows = Object.entries(targets).map(([name, target]) =>
    follow(name, target).catch((error: unknown) => {
      failure ??= { error };
      wake();
    }),
  );
  const changed = (): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, TICK_MILLISECONDS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const stopWaiting = (): void => wake();
  signal.addEventListener('abort', stopWaiting);
  try {
    while (!signal.aborted) {
      const due = changed();
      if (failure) throw (failure as { readonly error: unknown }).error;
      if (names.every(name => state.has(name))) {
        yield Object.fromEntries(state);
        goOn();
      }
      await due;
    }
  } finally {
    signal.removeEventListener('abort', stopWaiting);
    stop.abort();
    goOn();
    await Promise.all(follows);
  }
}
