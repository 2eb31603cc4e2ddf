/** From counts of requests to shares, and whether they are what was asked. */
import type { Role } from '../../src/model/stage.ts';
import { type Counts, shares, variantOf } from '../../src/simulation/index.ts';

/** The variants in the order in which they are shown. */
export const roles: readonly Role[] = ['stable', 'baseline', 'canary'];

/** Percent of the requests by variant. */
export type Shares = Partial<Readonly<Record<Role, number>>>;

/** What one variant answered. */
export interface Tally {
  readonly requests: number;
  readonly errors: number;
}

/** What was asked and what was measured. */
export interface Measurement {
  readonly asked: Shares;
  readonly measured: Shares;
  readonly requests: number;
  readonly tallies: Partial<Readonly<Record<Role, Tally>>>;
  /** No share is further than 3 standard deviations from what was asked. */
  readonly isWithin: boolean;
}

/** What came between two counts of the same stream. */
export function between(before: Counts, after: Counts): Counts {
  const earlier = new Map(before.pods.map(pod => [pod.pod, pod]));
  const pods = after.pods.map(pod => {
    const was = earlier.get(pod.pod);
    return was === undefined ? pod : { ...pod, requests: pod.requests - was.requests, errors: pod.errors - was.errors };
  });
  const since = (count: 'sent' | 'lost' | 'switched'): number => after[count] - before[count];
  return { sent: since('sent'), lost: since('lost'), switched: since('switched'), pods: pods.filter(({ requests }) => requests > 0) };
}

/** The answers by variant. */
export function talliesOf(counts: Counts): Partial<Readonly<Record<Role, Tally>>> {
  const found = shares(counts, variantOf);
  return Object.fromEntries(roles.flatMap(role => (found[role] === undefined ? [] : [[role, found[role]]])));
}

/** The shares of the answered requests. */
export function sharesOf(counts: Counts): Shares {
  const found = shares(counts, variantOf);
  return Object.fromEntries(roles.flatMap(role => (found[role] === undefined ? [] : [[role, found[role].percent]])));
}

/** Compares the shares of a window with those asked (percent). */
export function compare(asked: Shares, window: Counts): Measurement {
  const tallies = talliesOf(window);
  const requests = roles.reduce((sum, role) => sum + (tallies[role]?.requests ?? 0), 0);
  const isNear = (role: Role): boolean => {
    const share = (asked[role] ?? 0) / 100;
    const distance = Math.abs((tallies[role]?.requests ?? 0) - requests * share);
    return distance <= 3 * Math.sqrt(requests * share * (1 - share));
  };
  return { asked, measured: sharesOf(window), requests, tallies, isWithin: requests > 0 && roles.every(isNear) };
}
