import type { RouteView, View } from '../../src/model/plan.ts';
import type { Role, Routing } from '../../src/model/stage.ts';

/** Every role, in the order in which they are looked at. */
export const ROLES: readonly Role[] = ['stable', 'baseline', 'canary'];

/** Later than everything. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Before everything: what was there at the beginning. */
export const LONG_AGO = -99;

/** How long the longest request lasts, in ticks of a second. */
export const LONGEST_TICKS = 24;

/** A pod: serves from `from` on, was told to end at `told`. */
export interface Pod {
  readonly role: Role;
  readonly template: string;
  readonly from: number;
  readonly told: number;
}

/** How long things take, in ticks: a pod's start, EndpointSlices, the data plane's look at endpoints and at routes, a new backend's warming, a pod's grace. */
export interface Lag {
  readonly start: number;
  readonly slice: number;
  readonly plane: number;
  readonly route: number;
  readonly warm: number;
  readonly grace: number;
}

/** A leaf Service of one root. */
export interface Leaf {
  readonly lane: string;
  readonly role: Role;
  readonly born: number;
  readonly gone: number;
}

/** A write of a route, as the data plane will see it some ticks later. */
export interface Written {
  readonly lane: string;
  readonly at: number;
  readonly route: RouteView | null;
}

/** The simulated cluster: an API server, controllers that take their time, a data plane that lags, and the requests that are lost. */
export interface World {
  readonly now: number;
  /** What a read shows. */
  readonly live: View;
  readonly routing: Routing;
  /** A route is what the user's Service selects: stable's pods or the canary's. */
  readonly switches: boolean;
  /** Stable's full size. */
  readonly size: number;
  readonly lag: Lag;
  readonly pods: readonly Pod[];
  readonly written: readonly Written[];
  readonly leaves: readonly Leaf[];
  /** Templates whose pods stop serving at a tick. */
  readonly broken: Readonly<Record<string, number>>;
  /** Templates that fail their gate. */
  readonly failing: readonly string[];
  /** When a role last got a request. */
  readonly served: Partial<Readonly<Record<Role, number>>>;
  readonly version: number;
  readonly lost: number;
}

/** The pod answers requests. */
export const isServing = ({ broken }: World, pod: Pod, now: number): boolean => pod.from <= now && now < (broken[pod.template] ?? NEVER);

/** The role's pods that serve and shall go on. */
export const readyPods = (world: World, role: Role): readonly Pod[] =>
  world.pods.filter(pod => pod.role === role && pod.told === NEVER && isServing(world, pod, world.now));

/** The pod still answers, whatever it was told. */
export const isAlive = (world: World, pod: Pod): boolean => isServing(world, pod, world.now) && world.now < pod.told + world.lag.grace;

/** Somebody who hears of pods so many ticks late takes the pod for an endpoint. */
export const isListed = ({ now, broken }: World, pod: Pod, lateTicks: number): boolean =>
  pod.from + lateTicks <= now && now < Math.min(pod.told, broken[pod.template] ?? NEVER) + lateTicks;
