/** What every traffic provider is to the core: a pure value in a table. */
import type { Readiness } from './event.ts';
import type { Collection, Ref } from './kube.ts';
import type { Change, Live } from './live.ts';
import type { RouteView } from './plan.ts';
import type { Routing, Traffic } from './stage.ts';

export type Ability = 'weight' | 'header' | 'mirror' | 'baseline' | 'affinity';

/** One root Service whose requests are split. */
export interface Root {
  readonly namespace: string;
  /** The Deployment behind it. */
  readonly workload: string;
  readonly service: string;
}

export interface TrafficRouter {
  readonly name: string;
  /** One sentence for the reference. */
  readonly about: string;
  readonly routing: Routing;
  /** Whose object carries the weights. */
  readonly owner: 'user' | 'ours';
  /** What its data plane can do; what it cannot is refused while planning. */
  readonly can: readonly Ability[];
  /** How long its data plane may lag where it reports nothing. */
  readonly settleSeconds: number;
  /** Kinds that it needs, as "group/Kind"; a cluster that serves none of a group cannot be routed so. */
  readonly kinds: readonly string[];
  /** What has to be read to know its routes in a namespace. */
  collections(namespace: string, live: Pick<Live, 'versions'>): readonly Collection[];
  /** The objects that make a root split so, or that take the split away (null). */
  render(traffic: Traffic | null, root: Root, live: Live): readonly Change[];
  /** How a root is split now; null where nothing of it is. */
  read(root: Root, live: Live): RouteView | null;
  /** Objects of others that split the same root. */
  rivals(root: Root, live: Live): readonly Ref[];
  /** Whether the data plane took the route, as far as it tells. */
  accepted(root: Root, live: Live): Readiness;
}
