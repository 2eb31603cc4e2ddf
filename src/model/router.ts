/** What every traffic provider is to the core: a pure value in a table. */
import type { Ability } from './ability.ts';
import type { Readiness } from './event.ts';
import type { Collection, KubeObject, Ref } from './kube.ts';
import type { Change, Live } from './live.ts';
import type { RouteView } from './plan.ts';
import type { Routing, Traffic } from './stage.ts';
import type { Reach } from './strategy.ts';

/** One root Service whose requests are split; its leaf Services are `<service>-canary`, `<service>-baseline` and, for routes of ours, `<service>-stable`. */
export interface Root {
  readonly namespace: string;
  /** The Deployment behind it. */
  readonly workload: string;
  readonly service: string;
  /** Names of shadows beside `canary`: the Services that get their copies are `<service>-<name>`. */
  readonly shadows?: readonly string[];
  /** What the new version is called where the user gave it a name: the Service that takes its requests is `<service>-<name>`. */
  readonly canary?: string;
  /** The user's image of the program that copies requests, for a router that brings one; not given: the router's own. */
  readonly mirrorImage?: string;
}

/** One root on one router: what a rollout sets, and reads back. */
export interface Lane {
  readonly name: string;
  readonly router: string;
  readonly root: Root;
}

/** A root's split in an object of the user's, and the object as it was before. */
export interface Carried {
  readonly original: KubeObject;
  readonly root: Root;
  readonly live: Live;
}

/** A container of stable's pods. */
export interface Container {
  readonly name: string;
  readonly image: string;
}

/** A router that does what this one is asked for. */
export interface StandIn {
  readonly router: string;
  /** Why, as a whole clause; null where the router itself is right for pods with these containers. */
  reason(containers: readonly Container[], live: Pick<Live, 'versions'>): string | null;
}

/** A route by which requests reach a root past its split, and why it is not split; the words go on from "are not split: ". */
export interface Past {
  readonly ref: Ref;
  readonly why: string;
}

/** A parent that does not take a user's route, whatever we write: by its key, and in words. */
export interface Deaf {
  readonly key: string;
  readonly text: string;
  /** Another parent of the same route takes it. */
  readonly isBeside: boolean;
}

/** What is in the way, and what to do. */
export interface Hindrance {
  readonly text: string;
  readonly hint: string;
}

/** A way to split requests. */
export interface TrafficRouter {
  readonly name: string;
  /** One sentence for the reference. */
  readonly about: string;
  readonly routing: Routing;
  /** Whose object carries the split. The user's is patched (its stable backend stays the root Service itself) and put back whole; ours is made and removed. */
  readonly owner: 'user' | 'ours';
  /** Its data plane has one canary beside stable: the canary's leaf selects the baseline's pods too, and its weight is the sum of both. */
  readonly sharesLeaf?: true;
  /** Its route is a change of stable's pods: they restart, which the user has to allow, and are awaited. */
  readonly restarts?: true;
  /** Its route is what the Service selects: it is taken once the pods that it selects now are the Service's endpoints. */
  readonly switches?: true;
  /** Strategies that it serves, where not all, by what the new version gets: one that asks for no ability may still need requests to move. */
  readonly only?: readonly Reach[];
  /** Of what it can, only what the user declares is done. */
  readonly declared?: true;
  /** Nothing in the cluster tells how it splits but what a rollout notes of it. */
  readonly isMute?: true;
  /** Containers by which its data plane takes the requests: without one of them in stable's pods, most meshes split nothing. */
  readonly sidecars?: readonly string[];
  /** Who carries its splits out where their data plane does not take its own routes. */
  readonly standIn?: StandIn;
  /** How its data plane learns that a pod goes, where that is so late that a rolling update loses requests; the words go on from "pods ..., and". */
  readonly lateEndpoints?: string;
  /** What its data plane can do; what it cannot is refused while planning. */
  readonly can: readonly Ability[];
  /** How long its data plane may lag where it reports nothing. */
  readonly settleSeconds: number;
  /** What that time is for: what is known of how its data plane takes a write. */
  readonly lag: string;
  /** Kinds that it needs, as "group/Kind", any one of them served is enough; empty: none. */
  readonly kinds: readonly string[];
  /** What is done with its kinds, where not all are treated as `owner` says: the user's are patched, ours are made and removed. */
  readonly writes?: Readonly<Record<string, readonly ('patched' | 'made')[]>>;
  /** Of its kinds, those that only help: served alone they split nothing. */
  readonly helpers?: readonly string[];
  /** What has to be read to know its routes in a namespace; nothing where the kinds are not served. */
  collections(namespace: string, live: Pick<Live, 'versions'>): readonly Collection[];
  /** The user's objects that carry the requests of a root: what will be patched, and put back. Empty for routes of ours. */
  carriers(root: Root, live: Live): readonly Ref[];
  /** The user's objects beside which a route of ours takes effect; where there are none, it has nothing to split. */
  beside?(root: Root, live: Live): readonly Ref[];
  /** The changes that make a root split so, in the order in which they have to be made. `null` takes a route of ours away; a user's route is put back by the core from its original. */
  render(traffic: Traffic | null, root: Root, live: Live): readonly Change[];
  /** A carrier without our split of a root, exactly as it was before: for a router whose split of everything to stable is not the same. */
  bare?(carrier: KubeObject, place: Carried): KubeObject;
  /** How a root is split now, weights on a scale of 1000; null where no route carries it. A user's untouched route is all stable. */
  read(root: Root, live: Live): RouteView | null;
  /** Objects of others that split the same root already. */
  rivals(root: Root, live: Live): readonly Ref[];
  /** Collections of the whole cluster by whose objects requests may come past a split; looked at where the role grants it. */
  afar?(live: Pick<Live, 'versions'>): readonly Collection[];
  /** Routes that lead to the root and that this router does not split. */
  past?(root: Root, live: Live): readonly Past[];
  /** What else the user's routes show that no request takes, one sentence each. */
  remarks?(root: Root, live: Live): readonly string[];
  /** Why a split of the root by this router would reach no request; null where nothing is known against it. */
  hindrance?(root: Root, live: Live, containers: readonly Container[]): Hindrance | null;
  /** Parents that refuse the user's routes, or say nothing of them, for a reason that is none of this rollout's. */
  deaf?(root: Root, live: Live): readonly Deaf[];
  /**
   * Whether the data plane took the route as it is written, as far as its status tells; `failing` names the condition in its own words. Parents
   * with these keys were deaf before and are not asked.
   */
  accepted(root: Root, live: Live, deaf?: readonly string[]): Readiness;
}
