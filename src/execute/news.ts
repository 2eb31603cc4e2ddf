/** What the cluster tells of objects in events, for waits that take longer than they should. */
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Session } from './session.ts';

/** Most waits are over before. */
const QUIET_MILLISECONDS = 5_000;
/** A namespace may hold many events: one list serves all waits for so long. */
const FRESH_MILLISECONDS = 10_000;

interface Edition {
  readonly at: number;
  readonly events: Promise<readonly KubeObject[]>;
}

const editions = new WeakMap<Session['seen'], Map<string, Edition>>();

/** The events around an object that is awaited: none at first, then read now and then. Without leave to list them there are none. */
export function newsAbout(session: Session, { namespace = 'default' }: Ref): () => Promise<readonly KubeObject[]> {
  const began = performance.now();
  return async () => (performance.now() - began < QUIET_MILLISECONDS ? [] : await eventsIn(session, namespace));
}

function eventsIn(session: Session, namespace: string): Promise<readonly KubeObject[]> {
  const known = editions.get(session.seen) ?? new Map<string, Edition>();
  editions.set(session.seen, known);
  const last = known.get(namespace);
  if (last && performance.now() - last.at < FRESH_MILLISECONDS) return last.events;
  const events = session.cluster.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []);
  known.set(namespace, { at: performance.now(), events });
  return events;
}
