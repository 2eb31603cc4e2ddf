import type { Answers, Reading, Side } from '../model/metrics.ts';

/** What one pod has answered since it counts. */
export interface Counted extends Answers {
  readonly pod: string;
  readonly side: Side;
  /** The node that it runs on, which may be slower than the others; empty where it has none yet. */
  readonly node: string;
  /** How often its counters were seen. */
  readonly looks: number;
  /** The counters at the last look. */
  readonly last: Answers | null;
}

/** Pods by name. A pod that went keeps what it had. */
export type Tally = ReadonlyMap<string, Counted>;

/** A pod, as a look at it is asked for. */
export interface Looked {
  readonly pod: string;
  readonly side: Side;
  readonly node: string;
}

/** The first answers of a fresh pod are slower than what it will do: so many looks at it count on neither side. */
const WARM_UP_LOOKS = 2;

const NOTHING: Answers = { requests: 0, errors: 0, slower: {} };

/** The tally after a look at these pods. What did not answer stays as it was. */
export function counted(before: Tally, pods: readonly Looked[], readings: readonly Reading[]): Tally {
  const now = new Map(before);
  for (const reading of readings) {
    const pod = pods.find(({ pod: name }) => name === reading.pod);
    if (pod && reading.answers) now.set(pod.pod, grown(pod, before.get(pod.pod), reading.answers));
  }
  return now;
}

function grown(pod: Looked, known: Counted | undefined, answers: Answers): Counted {
  const looks = (known?.looks ?? 0) + 1;
  const sums = known ?? NOTHING;
  const isWarm = known?.last && looks > WARM_UP_LOOKS;
  const { requests, errors, slower } = isWarm ? plus(sums, since(known.last ?? NOTHING, answers)) : sums;
  return { ...pod, looks, last: answers, requests, errors, slower };
}

/** What came since; all of it where a counter has begun anew, as after a restart. */
function since(last: Answers, now: Answers): Answers {
  if (now.requests < last.requests) return now;
  const slower = Object.entries(now.slower).map(([bound, count]) => [bound, Math.max(0, count - (last.slower[bound] ?? 0))] as const);
  return {
    requests: now.requests - last.requests,
    errors: now.errors === null || last.errors === null ? null : Math.max(0, now.errors - last.errors),
    slower: Object.fromEntries(slower),
  };
}

const plus = (one: Answers, more: Answers): Answers => ({
  requests: one.requests + more.requests,
  errors: one.errors === null || more.errors === null ? null : one.errors + more.errors,
  slower: added(one.slower, more.slower),
});

function added(one: Answers['slower'], more: Answers['slower']): Answers['slower'] {
  const bounds = [...new Set([...Object.keys(one), ...Object.keys(more)])];
  return Object.fromEntries(bounds.map(bound => [bound, (one[bound] ?? 0) + (more[bound] ?? 0)]));
}

/** All pods of some sides as one. */
export const together = (tally: Tally, ...sides: readonly Side[]): Answers =>
  [...tally.values()].filter(({ side }) => sides.includes(side)).reduce<Answers>(plus, NOTHING);
