/** A steady stream of simulated requests, and what became of them. */
import type { World } from '../controllers/controller.ts';
import { answerOf, type PodAnswer } from './answer.ts';
import type { DataPlane, Entrance } from './data-plane.ts';
import type { Headers } from './split.ts';
import { newcomer, type User, usersInTurn } from './users.ts';

/** Where requests enter, and how many. */
export interface StreamOptions {
  readonly namespace: string;
  /** `service/web` through a mesh, `route/web` through a gateway. */
  readonly entry: string;
  readonly requestsPerSecond: number;
  readonly headers?: Headers;
  /** So many users send the requests in turn, and keep the cookies that they are handed; when absent, each request is a newcomer's. */
  readonly users?: number;
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
  /** Answers of another image than the one that answered the same user before. */
  readonly switched: number;
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
  const { headers = {}, users } = options;
  const next = users === undefined ? () => newcomer(headers) : usersInTurn(users, headers);
  const enter = plane.enter(options.namespace, options.entry);
  const began = clock.now();
  let asked = 0;
  let cancel = (): void => undefined;
  const bunch = (): void => {
    const due = ((clock.now() - began) / 1000) * options.requestsPerSecond;
    for (; asked < due; asked += 1) request(world, enter, { options, tally, user: next() });
    cancel = clock.aside(bunchMilliseconds, bunch);
  };
  bunch();
  return { counts: tally.counts, reset: tally.reset, stop: () => cancel() };
}

interface Tally {
  sent(): void;
  lost(): void;
  /** The user whose request it was; null for a copy. */
  answered(answer: PodAnswer, user: User | null): void;
  counts(): Counts;
  reset(): void;
}

function createTally(): Tally {
  let pods = new Map<string, Counter>();
  let sent = 0;
  let lost = 0;
  let switched = 0;
  return {
    sent: () => {
      sent += 1;
    },
    lost: () => {
      lost += 1;
    },
    answered: (answer, user) => {
      const counter = pods.get(answer.pod) ?? fresh(answer);
      pods.set(answer.pod, counter);
      if (user === null) counter.mirrored += 1;
      else count(counter, answer);
      if (user?.sees(answer.image)) switched += 1;
    },
    counts: () => ({ sent, lost, switched, pods: [...pods.values()].map(counter => ({ ...counter })) }),
    reset: () => {
      pods = new Map();
      sent = 0;
      lost = 0;
      switched = 0;
    },
  };
}

interface Sending {
  readonly options: StreamOptions;
  readonly tally: Tally;
  readonly user: User;
}

function request(world: World, enter: Entrance, sending: Sending): void {
  const { options, tally, user } = sending;
  const { namespace } = options;
  tally.sent();
  const { to, copies, cookie } = enter(user.headers());
  for (const copy of copies) {
    const answer = answerOf(world, namespace, copy);
    if (answer !== null) tally.answered(answer, null);
  }
  const answer = answerOf(world, namespace, to);
  if (answer === null) {
    tally.lost();
    return;
  }
  user.keep(cookie);
  if (answer.latencyMilliseconds === 0) tally.answered(answer, user);
  else world.api.clock.aside(answer.latencyMilliseconds, () => finish(world, answer, sending));
}

/** A pod that went while it worked on a request never answers it. */
function finish(world: World, answer: PodAnswer, { options, tally, user }: Sending): void {
  if (world.api.store.get('/pods', options.namespace, answer.pod) === undefined) tally.lost();
  else tally.answered(answer, user);
}

/** A pod's counts while they are counted: in place, since each request changes them. */
type Counter = { -readonly [field in keyof PodCount]: PodCount[field] };

function fresh({ pod, image, labels }: PodAnswer): Counter {
  return { pod, image, labels, requests: 0, errors: 0, mirrored: 0, latencyMilliseconds: 0 };
}

function count(counter: Counter, { code, latencyMilliseconds }: PodAnswer): void {
  counter.requests += 1;
  counter.errors += code >= 500 ? 1 : 0;
  counter.latencyMilliseconds += latencyMilliseconds;
}
