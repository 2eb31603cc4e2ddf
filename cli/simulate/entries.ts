/** Where requests enter the simulated cluster. */
import type { KubeObject } from '../../src/model/kube.ts';

/** An entry as the simulated data plane names it. */
export interface Entry {
  readonly namespace: string;
  /** `route/web` through a gateway, `service/web` through a mesh. */
  readonly entry: string;
}

const routes = ['HTTPRoute', 'HTTPProxy'];

/** Every route of the files; the Services where there is none. */
export function entriesOf(objects: readonly KubeObject[]): readonly Entry[] {
  const gateways = objects.filter(({ kind }) => routes.includes(kind)).map(object => entryOf('route', object));
  return gateways.length > 0 ? gateways : objects.filter(({ kind }) => kind === 'Service').map(object => entryOf('service', object));
}

function entryOf(way: 'route' | 'service', { metadata }: KubeObject): Entry {
  return { namespace: metadata.namespace ?? 'default', entry: `${way}/${metadata.name}` };
}
