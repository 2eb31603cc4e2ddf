/** How Linkerd's proxy decides by what it goes for a destination. */
import type { JsonObject } from '../../model/kube.ts';
import { remembered } from '../../model/remembered.ts';
import { listAt, textAt } from '../json.ts';
import type { Split } from './split.ts';

/** Without requests for so long a proxy forgets a destination, and decides anew. */
const idleMilliseconds = 5_000;

/** What one proxy knows of one destination. */
export interface LinkerdProxy {
  /** Of what is said of the destination by now, that by which this proxy goes. */
  heard(said: readonly Split[], now: number): readonly Split[];
}

/**
 * A proxy that was never asked for the destination. The first request decides: by the profile where that has a route or an override just then,
 * else by policy, which is all HTTPRoutes. The other one is not looked at again until the destination was idle.
 */
export function openLinkerdProxy(): LinkerdProxy {
  let decided: Split['by'];
  let used = Number.NEGATIVE_INFINITY;
  return {
    heard: (said, now) => {
      if (now - used >= idleMilliseconds) decided = said.find(({ by }) => by === 'profile')?.by;
      used = now;
      return said.filter(({ by }) => by === decided);
    },
  };
}

/** Proxies before 2.13 know no policy: they go by profiles and TrafficSplits, and take each at once. */
const beforePolicy = /:stable-2\.(\d|1[0-2])\./;

/** Whether Linkerd has put a proxy into a pod, as a container or as a native sidecar, that decides once by what it goes. */
export const decidesOnce = (pod: JsonObject | undefined): boolean => pod !== undefined && hasDeciding(pod);

const hasDeciding = remembered((pod: JsonObject): boolean => {
  const containers = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')];
  return containers.some(container => textAt(container, 'name') === 'linkerd-proxy' && !beforePolicy.test(textAt(container, 'image')));
});
