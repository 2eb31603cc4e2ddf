/** How long something has stood as it is, by the API server's own clock. */
import type { KubeObject } from '../model/kube.ts';
import type { Session } from './session.ts';

/** Times of the API and of its clock are whole seconds: a difference of two of them may be up to 2 s too large. */
const COARSE_SECONDS = 2;

/** When the object itself was last written, in milliseconds since 1970. A status that its controller reports does not count. Null where no manager has a time. */
function writtenAt({ metadata }: KubeObject): number | null {
  const times = (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ time }) => Date.parse(time ?? ''));
  return times.length === 0 || times.some(Number.isNaN) ? null : Math.max(...times);
}

/** Notes when the awaited endpoints were written. Where the slices do not tell, it is now. */
export function noteEndpoints({ cluster, trail }: Session, slices: readonly KubeObject[]): void {
  const times = slices.map(slice => writtenAt(slice) ?? cluster.now());
  trail.endpointsAt = Math.max(trail.endpointsAt ?? 0, ...(times.length > 0 ? times : [cluster.now()]));
}

/**
 * Notes when a write was sent that may move requests. The object alone may tell too early a time: a write that only takes a field away, such as an
 * annotation of an Ingress, leaves no new time on it.
 */
export function noteWrite({ cluster, trail }: Session, at = cluster.now()): void {
  trail.writtenAt = Math.max(trail.writtenAt ?? 0, at);
}

/** At least for how many seconds these objects and the awaited endpoints have stood as they are; 0 where one of them does not tell. */
export function stood({ cluster, trail }: Session, objects: readonly KubeObject[]): number {
  const times = objects.map(writtenAt);
  const known = [...times, trail.endpointsAt].filter(time => time !== null);
  if (known.length <= times.length) return 0;
  return Math.max(0, (cluster.now() - Math.max(...known, trail.writtenAt ?? 0)) / 1000 - COARSE_SECONDS);
}
