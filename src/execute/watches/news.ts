/** What the cluster tells of objects in events, for waits that take longer than they should. */
import type { Cluster, KubeObject, Ref } from '../../model/kube.ts';
import type { Session } from '../session.ts';

/** Events are not read earlier: most waits are over before. */
const QUIET_MILLISECONDS = 5_000;
/** One list of a namespace's events, which may be many, serves all waits for so long. */
const FRESH_MILLISECONDS = 10_000;

interface Edition {
  readonly at: number;
  readonly events: Promise<readonly KubeObject[]>;
}

const editions = new WeakMap<Session['seen'], Map<string, Edition>>();

/** All events of a namespace; none without leave to list them. */
export const eventsOf = (cluster: Pick<Cluster, 'list'>, namespace: string | undefined): Promise<readonly KubeObject[]> =>
  cluster.list({ apiVersion: 'v1', kind: 'Event', ...(namespace ? { namespace } : {}) }).catch(() => []);

/** The events around an object that is awaited: none at first, then read now and then. Without leave to list them there are none. */
export function newsAbout(session: Session, { namespace = 'default' }: Ref): () => Promise<readonly KubeObject[]> {
  const { time } = session.cluster;
  const began = time.elapsed();
  return async () => (time.elapsed() - began < QUIET_MILLISECONDS ? [] : await eventsIn(session, namespace));
}

function eventsIn({ cluster, seen }: Session, namespace: string): Promise<readonly KubeObject[]> {
  const known = editions.get(seen) ?? new Map<string, Edition>();
  editions.set(seen, known);
  const last = known.get(namespace);
  const now = cluster.time.elapsed();
  if (last && now - last.at < FRESH_MILLISECONDS) return last.events;
  const events = eventsOf(cluster, namespace);
  known.set(namespace, { at: now, events });
  return events;
}
