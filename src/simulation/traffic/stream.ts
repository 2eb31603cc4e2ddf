/** A steady stream of simulated requests, and what became of them. */
import type { World } from '../controllers/controller.ts';
import { answerOf, type PodAnswer } from './answer.ts';
import type { DataPlane } from './data-plane.ts';
import type { Headers } from './split.ts';

/** Where requests enter, and how many. */
export interface StreamOptions {
  readonly namespace: string;
  /** `service/web` through a mesh, `route/web` through a gateway. */
  readonly entry: string;
  readonly requestsPerSecond: number;
  readonly headers?: Headers;
}

/** What one pod did. */
export interface PodCount {
  readonly pod: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly requests: number;
  /** Answers with 500. */
  readonly errors: number;
  /** Copies of requests that others answered. */
  readonly mirrored: number;
  /** Sum over all answers. */
  readonly latencyMilliseconds: number;
}

/** What became of the requests of a stream. */
export interface Counts {
  readonly sent: number;
  /** Requests that nobody answered. */
  readonly lost: number;
  readonly pods: readonly PodCount[];
}

/** A running stream of requests. */
export interface Stream {
  counts(): Counts;
  /** Begins to count anew. */
  reset(): void;
  stop(): void;
}

/** Requests come in bunches, this far apart. */
const bunchMilliseconds = 20;

/** Starts a stream. */
export function startStream(world: World, plane: DataPlane, options: StreamOptions): Stream {
  const { clock } = world.api;
  const tally = createTally();
  const began = clock.now();
  let asked = 0;
  let cancel = (): void => undefined;
  const bunch = (): void => {
    const due = ((clock.now() - began) / 1000) * options.requestsPerSecond;
    for (; asked < due; asked += 1) request(world, plane, { options, tally });
    cancel = clock.after(bunchMilliseconds, bunch);
  };
  bunch();
  return { counts: tally.counts, reset: tally.reset, stop: () => cancel() };
}

interface Tally {
  sent(): void;
  lost(): void;
  answered(answer: PodAnswer, mirrored: boolean): void;
  counts(): Counts;
  reset(): void;
}

function createTally(): Tally {
  let pods = new Map<string, PodCount>();
  let sent = 0;
  let lost = 0;
  return {
    sent: () => {
      sent += 1;
    },
    lost: () => {
      lost += 1;
    },
    answered: (answer, mirrored) => {
      const before = pods.get(answer.pod) ?? fresh(answer);
      pods.set(answer.pod, mirrored ? { ...before, mirrored: before.mirrored + 1 } : counted(before, answer));
    },
    counts: () => ({ sent, lost, pods: [...pods.values()] }),
    reset: () => {
      pods = new Map();
      sent = 0;
      lost = 0;
    },
  };
}

interface Sending {
  readonly options: StreamOptions;
  readonly tally: Tally;
}

function request(world: World, plane: DataPlane, { options, tally }: Sending): void {
  const { namespace, entry, headers } = options;
  tally.sent();
  const { to, copies } = plane.route(namespace, entry, headers ?? {});
  for (const copy of copies) {
    const answer = answerOf(world, namespace, copy);
    if (answer !== null) tally.answered(answer, true);
  }
  const answer = answerOf(world, namespace, to);
  if (answer === null) tally.lost();
  else if (answer.latencyMilliseconds === 0) tally.answered(answer, false);
  else world.api.clock.after(answer.latencyMilliseconds, () => finish(world, answer, { options, tally }));
}

/** A pod that went while it worked on a request never answers it. */
function finish(world: World, answer: PodAnswer, { options, tally }: Sending): void {
  if (world.api.store.get('/pods', options.namespace, answer.pod) === undefined) tally.lost();
  else tally.answered(answer, false);
}

function fresh({ pod, image, labels }: PodAnswer): PodCount {
  return { pod, image, labels, requests: 0, errors: 0, mirrored: 0, latencyMilliseconds: 0 };
}

function counted(before: PodCount, answer: PodAnswer): PodCount {
  return {
    ...before,
    requests: before.requests + 1,
    errors: before.errors + (answer.code >= 500 ? 1 : 0),
    latencyMilliseconds: before.latencyMilliseconds + answer.latencyMilliseconds,
  };
}
