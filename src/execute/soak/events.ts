/** What the cluster warns of while pods are watched. */
import type { WatchedPod } from '../../analysis/health.ts';
import type { KubeObject } from '../../model/kube.ts';
import { told } from '../../readiness/seen.ts';
import type { Session } from '../session.ts';
import { eventsOf } from '../watches/news.ts';

/** More would hide the rest of the log. */
const MOST_TOLD = 5;
const MOST_CHARACTERS = 200;

interface Warned {
  readonly pod: string;
  readonly reason: string;
  readonly message: string;
}

/** The pods of the last look, and for how many seconds they were looked at. */
interface Seen {
  readonly watched: readonly WatchedPod[];
  readonly waited: number;
}

/**
 * The Warning events about pods of the new version in so many seconds, of reasons that no pod of the old version was warned of: "web-canary-1: Unhealthy:
 * Readiness probe failed". None without leave to list events.
 */
export async function warnings({ cluster }: Session, namespace: string, { watched, waited }: Seen): Promise<readonly string[]> {
  const events = (await eventsOf(cluster, namespace)).filter(({ type }) => type === 'Warning');
  const since = cluster.now() - waited * 1000;
  const warnedOf = (isNew: boolean): readonly Warned[] =>
    watched.filter(({ isCanary }) => isCanary === isNew).flatMap(({ pod }) => warned(pod, events, since));
  const old = new Set(warnedOf(false).map(({ reason }) => reason));
  const lines = warnedOf(true).flatMap(({ pod, reason, message }) => (old.has(reason) ? [] : [`${pod}: ${reason}: ${short(message)}`]));
  return [...new Set(lines)].slice(0, MOST_TOLD);
}

/** Events tell whole seconds. */
const warned = (pod: KubeObject, events: readonly KubeObject[], since: number): readonly Warned[] =>
  told(pod, events)
    .filter(({ at }) => at + 1000 > since)
    .map(({ reason, message }) => ({ pod: pod.metadata.name, reason, message }));

const short = (message: string): string =>
  message.length > MOST_CHARACTERS ? `${message.slice(0, MOST_CHARACTERS)}..` : message.trimEnd().replace(/\.$/, '');
