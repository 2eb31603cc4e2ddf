/** Whether a read that was made before the claim still holds under it. */
import { decode } from '../../manifests/record.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { Collection, KubeObject, Trace } from '../../model/kube.ts';
import type { Session } from '../session.ts';

/** A collection of records, and what becomes of it. */
export interface Traced {
  readonly of: Collection;
  readonly trace: Trace;
}

/**
 * The same traces, which are listened to from now on until `over`. A question that is asked before the claim is answered right behind it: far from the API
 * server each question that waits for another's answer costs.
 */
export function listening(traces: readonly Traced[], over: AbortSignal): readonly Traced[] {
  return traces.map(({ of, trace }) => {
    const end = new AbortController();
    const told = trace.changes(AbortSignal.any([over, end.signal]))[Symbol.asyncIterator]();
    const first = told.next();
    first.catch(() => undefined);
    const changes: Trace['changes'] = signal => {
      signal.addEventListener('abort', () => end.abort(), { once: true });
      return goingOn(told, first);
    };
    return { of, trace: { ...trace, changes } };
  });
}

async function* goingOn<T>(told: AsyncIterator<T>, first: Promise<IteratorResult<T>>): AsyncGenerator<T> {
  for (let next = await first; !next.done; next = await told.next()) yield next.value;
}

/** The API server tells of a write within milliseconds: where it does not, a new read is sooner there. */
const PATIENCE_MILLISECONDS = 1000;

/**
 * Whether only records that this process claimed have changed since these traces began. Every run writes its record before anything else and behind
 * everything else: then no run has changed what was read since the traces began. The answer is no where the API server cannot tell.
 */
export async function isOnlyClaimed(session: Session, traces: readonly Traced[]): Promise<boolean> {
  const over = new AbortController();
  const cancel = session.cluster.time.after(PATIENCE_MILLISECONDS, () => over.abort());
  const signal = AbortSignal.any([session.signal, over.signal]);
  try {
    const told = await Promise.all(traces.map(trace => isOwn(session, trace, signal)));
    return told.every(isTold => isTold);
  } catch {
    return false;
  } finally {
    cancel();
    over.abort();
  }
}

/** The changes come in their order: behind the last write of ours everything before it was told. */
async function isOwn(session: Session, { of: { namespace }, trace }: Traced, signal: AbortSignal): Promise<boolean> {
  const held = [...session.seen.values()].filter(object => object.metadata.namespace === namespace && isHeld(session, object));
  const due = new Set(held.map(versionOf));
  if (due.size === 0) return false;
  for await (const object of trace.changes(signal)) {
    if (!isHeld(session, object)) return false;
    due.delete(versionOf(object));
    if (due.size === 0) return true;
  }
  return false;
}

const versionOf = (object: KubeObject): string => `${keyOf(refOf(object))} ${object.metadata.resourceVersion}`;

const isHeld = ({ request }: Session, object: KubeObject): boolean =>
  object.kind === 'ConfigMap' && decode(object, null)?.holder?.process === request.process;
