/** How long something has stood as it is, by the API server's own clock. */
import type { KubeObject } from '../model/kube.ts';
import type { Session } from './session.ts';

/** Times of the API and its clock are whole seconds: of two of them the difference may be two too many. */
const COARSE_SECONDS = 2;

/** When somebody last wrote the object itself, in milliseconds since 1970; what its controller reports of it is no change. Null where nobody noted it. */
function writtenAt({ metadata }: KubeObject): number | null {
  const times = (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ time }) => Date.parse(time ?? ''));
  return times.length === 0 || times.some(Number.isNaN) ? null : Math.max(...times);
}

/** Takes note of when the endpoints that were awaited were written: now, where that is not known. */
export function noteEndpoints({ cluster, trail }: Session, slices: readonly KubeObject[]): void {
  const times = slices.map(slice => writtenAt(slice) ?? cluster.now());
  trail.endpointsAt = Math.max(trail.endpointsAt ?? 0, ...(times.length > 0 ? times : [cluster.now()]));
}

/**
 * Takes note of a write that may move requests. One that only takes a field away, such as an annotation of an Ingress, leaves no new time on
 * the object, so that what the object tells may be too early.
 */
export function noteWrite({ cluster, trail }: Session, at = cluster.now()): void {
  trail.writtenAt = Math.max(trail.writtenAt ?? 0, at);
}

/** Seconds for which these objects and the endpoints that were awaited have stood as they are, at least; 0 where that is not known of one of them. */
export function stood({ cluster, trail }: Session, objects: readonly KubeObject[]): number {
  const times = objects.map(writtenAt);
  const known = [...times, trail.endpointsAt].filter(time => time !== null);
  if (known.length <= times.length) return 0;
  return Math.max(0, (cluster.now() - Math.max(...known, trail.writtenAt ?? 0)) / 1000 - COARSE_SECONDS);
}
