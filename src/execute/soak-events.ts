/** What the cluster warns of while pods are watched. */
import type { KubeObject } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import { told } from '../readiness/seen.ts';
import type { Session } from './session.ts';
import { variantsOf } from './sides.ts';

/** More would hide the rest of the log. */
const MOST_TOLD = 5;
const MOST_CHARACTERS = 200;

interface Warned {
  readonly pod: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * The Warning events about pods of the new version in so many seconds, of reasons that no pod of the old version was warned of: "web-canary-1: Unhealthy:
 * Readiness probe failed". None without leave to list events.
 */
export async function warnings(
  session: Session,
  { namespace, sides }: Pick<Extract<Operation, { do: 'soak' }>, 'namespace' | 'sides'>,
  seconds: number,
): Promise<readonly string[]> {
  const { cluster } = session;
  const listed = await cluster.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []);
  const events = listed.filter(({ type }) => type === 'Warning');
  if (events.length === 0) return [];
  const since = cluster.now() - seconds * 1000;
  const variants = await variantsOf(session, namespace, sides);
  const warnedOf = (isNew: boolean): readonly Warned[] =>
    variants.filter(({ side }) => (side === 'canary') === isNew).flatMap(({ pods }) => pods.flatMap(pod => warned(pod, events, since)));
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
