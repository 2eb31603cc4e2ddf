import type { Live } from '../model/live.ts';
import type { TrafficRouter } from '../model/router.ts';
import type { Session } from './session.ts';

/** What a router needs to know of the cluster, as far as this process knows it. */
export async function liveOf({ cluster, seen }: Session, router: TrafficRouter): Promise<Live> {
  const entries = router.kinds.map(async name => {
    const [group = '', kind = ''] = name.split('/');
    return [name, await cluster.versions(group, kind)] as const;
  });
  return {
    now: cluster.now(),
    objects: Object.fromEntries(seen),
    versions: Object.fromEntries(await Promise.all(entries)),
    rendered: {},
    ended: [],
    changed: [],
  };
}
