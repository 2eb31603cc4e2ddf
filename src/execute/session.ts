import { RolloutError } from '../errors.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { Event } from '../model/event.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { MeasuredCluster, Reading, Variant } from '../model/metrics.ts';
import type { Request } from '../model/request.ts';

/** One process at work: what it may use, what it knows of the cluster, and whom it tells. */
export interface Session {
  readonly cluster: MeasuredCluster;
  readonly request: Request;
  readonly signal: AbortSignal;
  /** What is known of every object by now: the read, then every answer to a write. */
  readonly seen: Map<string, KubeObject>;
  readonly trail: Trail;
  emit(event: Event): void;
}

/** What a process has written, as far as it matters to the requests. */
export interface Trail {
  /** Objects beside the running version were made or removed. That moves requests only where pods are the split. */
  hasChanged: boolean;
  /** Whatever may have sent a request another way. */
  hasMoved: boolean;
  /** The data plane has taken what was written last. */
  isTaken: boolean;
  /** When the endpoints that were awaited were written last, in milliseconds by the API server's clock; null before any were. */
  endpointsAt: number | null;
  /** When this process, or one that died at work before it, last wrote what may move requests, by the same clock; null where nothing is known of. */
  writtenAt: number | null;
  /** What pods had counted shortly before the data plane's time was over, by namespace and workload. */
  readonly looks: Map<string, Look>;
  /** When waits for endpoints ended since the last write, by what they waited for and by the elapsed time. */
  readonly endpoints: Map<string, number>;
  /** Pods that a wait for their Deployment has shown since the last write, by what was watched. */
  readonly pods: Map<string, Shown>;
  /** All pods as they were listed last, by namespace. */
  readonly listed: Map<string | undefined, Shown>;
}

/** Pods, and when they were shown by the elapsed time. */
export interface Shown {
  readonly at: number;
  readonly pods: readonly KubeObject[];
}

/** A look at what pods have counted. */
export interface Look {
  readonly variants: readonly Variant[];
  readonly readings: readonly Reading[];
}

/** The trail of a process that has written nothing yet. */
export const noTrail = (): Trail => ({
  hasChanged: false,
  hasMoved: false,
  isTaken: false,
  endpointsAt: null,
  writtenAt: null,
  looks: new Map(),
  endpoints: new Map(),
  pods: new Map(),
  listed: new Map(),
});

/** Tells everything, but a notice once, however many steps come upon it. */
export function noticingOnce(emit: Session['emit']): Session['emit'] {
  const told = new Set<string>();
  return event => {
    if (event.type === 'notice' && told.has(event.text)) return;
    if (event.type === 'notice') told.add(event.text);
    emit(event);
  };
}

/** When an object was noted, by the elapsed time. */
const notedAt = new WeakMap<KubeObject, number>();

/** An object that was noted counts as current for so long. */
export const FRESH_MILLISECONDS = 2000;

/** Takes note of what the API server answered; `since`: when it was asked, by the elapsed time, where that took long. */
export function note(session: Session, object: KubeObject, since = session.cluster.time.elapsed()): KubeObject {
  notedAt.set(object, since);
  session.seen.set(keyOf(refOf(object)), object);
  return object;
}

/** An object as it was noted a moment ago; null where that is longer ago, or never was. */
export function notedNow({ seen, cluster }: Session, ref: Ref, milliseconds = FRESH_MILLISECONDS): KubeObject | null {
  const object = seen.get(keyOf(ref)) ?? null;
  const at = object && notedAt.get(object);
  return at !== null && at !== undefined && cluster.time.elapsed() - at < milliseconds ? object : null;
}

/** Whether such a wait for endpoints ended a moment ago, and nothing was written since. */
export function metNow({ trail, cluster }: Session, wait: string): boolean {
  const at = trail.endpoints.get(wait);
  return at !== undefined && cluster.time.elapsed() - at < FRESH_MILLISECONDS;
}

/** Takes note of several. */
export function noteAll(session: Session, objects: readonly KubeObject[], since = session.cluster.time.elapsed()): void {
  for (const object of objects) note(session, object, since);
}

/** Takes note that an object is gone. */
export const noteGone = (session: Session, ref: Ref): boolean => session.seen.delete(keyOf(ref));

/** Whether an object is still there: what is gone is known of no more. */
export const isLeft = ({ seen }: Pick<Session, 'seen'>, ref: Ref): boolean => seen.has(keyOf(ref));

/** Throws INTERRUPTED, or what else ended the work, once the signal has aborted. */
export function checkpoint({ signal }: Pick<Session, 'signal'>): void {
  if (signal.aborted) throw interruption(signal);
}

/** Why the signal aborted, as an error for the user. */
export function interruption(signal: AbortSignal): RolloutError {
  if (signal.reason instanceof RolloutError) return signal.reason;
  return new RolloutError(
    'INTERRUPTED',
    'stopped by a signal',
    'Run the same action again: it resumes from here. Or run reject to take everything back.',
  );
}

/** Waits; throws at once when the signal aborts. */
export async function pause(session: Pick<Session, 'signal' | 'cluster'>, seconds: number): Promise<void> {
  checkpoint(session);
  const { signal, cluster } = session;
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(interruption(signal));
    };
    const cancel = cluster.time.after(seconds * 1000, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
