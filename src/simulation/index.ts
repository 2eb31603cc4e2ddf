/** A Kubernetes cluster simulated in the process: an API server over HTTP, controllers, pods and traffic. Nothing leaves the machine. */
import type { JsonObject, KubeObject } from '../model/kube.ts';
import { type Api, createRegistry } from './api/api.ts';
import { createRandom } from './api/random.ts';
import { type Clock, realClock, type VirtualClock } from './clock.ts';
import { type Pace, runControllers, type World } from './controllers/controller.ts';
import { serveDefinition } from './controllers/definitions.ts';
import { controllers } from './controllers/index.ts';
import { create } from './controllers/writes.ts';
import { furnishCluster } from './furniture.ts';
import type { User } from './http/authorize.ts';
import { askDirectly, type DirectAnswer, type DirectRequest } from './http/direct.ts';
import type { Intercept, Served } from './http/exchange.ts';
import { serveApi } from './http/server.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { builtinServed } from './schema/resource.ts';
import { type Content, createStore } from './store/store.ts';
import { answerAsText } from './traffic/answer.ts';
import { createDataPlane } from './traffic/data-plane.ts';
import { type Listener, type ListenerOptions, listenFor } from './traffic/listener.ts';
import { createPodMetrics } from './traffic/pod-metrics.ts';
import { type Stream, type StreamOptions, startStream } from './traffic/stream.ts';

export { type Clock, realClock, type VirtualClock, virtualClock } from './clock.ts';
export type { Pace } from './controllers/controller.ts';
export type { DirectAnswer, DirectRequest } from './http/direct.ts';
export type { Intercept } from './http/exchange.ts';
export { routeDefinitions } from './traffic/definitions.ts';
export type { Listener, ListenerOptions } from './traffic/listener.ts';
export { type Share, shares, variantOf } from './traffic/share.ts';
export type { Counts, PodCount, Stream, StreamOptions } from './traffic/stream.ts';

/** What a cluster holds at a moment, to begin others with. */
export interface ClusterState extends Content {
  /** For a generator of lots that goes on where this cluster's stands. */
  readonly seed: number;
}

/** How a cluster starts. */
export interface SimulationOptions {
  /**
   * Begins where another cluster stood, as after a restart of its control plane: controllers look at everything anew, and what was on
   * its way to the data plane has arrived. Its own definitions and seed count then, and not those given here.
   */
  readonly from?: ClusterState;
  /** Real time when absent. */
  readonly clock?: Clock | VirtualClock;
  /** CustomResourceDefinitions that are there from the start. */
  readonly crds?: readonly KubeObject[];
  /** A free port when absent. */
  readonly port?: number;
  /** Equal seeds give equal uids, names and traffic. */
  readonly seed?: number;
  readonly pace?: Partial<Pace>;
  /** Users beside the administrator, by name; they may do what RBAC objects in the cluster say. */
  readonly users?: readonly string[];
  /** Asked for every request; cuts connections, as a crash or a bad network does. */
  readonly intercept?: Intercept;
}

/** A running cluster. */
export interface Simulation {
  readonly url: string;
  /** The administrator's bearer token. */
  readonly token: string;
  /** The administrator's kubeconfig, as text. */
  readonly kubeconfig: string;
  /** The kubeconfig of one of `users`. */
  kubeconfigFor(user: string): string;
  /** Asks the API without a network; what a broken connection does, it does too. */
  ask(request: DirectRequest): Promise<DirectAnswer>;
  /** The cluster's time in milliseconds since 1970. */
  now(): number;
  /** Starts a steady stream of requests. */
  traffic(options: StreamOptions): Stream;
  /** Answers over real HTTP for a Service or a route. */
  listen(options: ListenerOptions): Promise<Listener>;
  /** Sets what a HorizontalPodAutoscaler (`namespace/name`) measures, in percent. */
  setMetric(autoscaler: string, percent: number): void;
  /** What the cluster holds now. */
  state(): ClusterState;
  /** Forgets all history: a watch from an older version gets 410. */
  compact(): void;
  close(): Promise<void>;
}

/** As fast as the lab's cluster. */
const labPace: Pace = {
  schedulingMilliseconds: 5,
  readyMilliseconds: 200,
  terminationMilliseconds: 500,
  endpointsMilliseconds: 20,
  dataPlaneMilliseconds: 50,
};

/** Starts a cluster. */
export async function simulate(options: SimulationOptions = {}): Promise<Simulation> {
  const world = createWorld(options);
  for (const event of world.api.store.arrivals()) serveDefinition(world, event);
  const stopServing = world.api.store.subscribe(event => serveDefinition(world, event));
  const plane = createDataPlane(world);
  const stopControllers = runControllers(world, controllers);
  if (options.from === undefined) furnish(world, options);
  const users = usersOf(world.api, options.users ?? []);
  const served = servedBy(world, users.byToken, options);
  const server = await serveApi(served, options.port ?? 0);
  const url = `http://127.0.0.1:${server.port}`;
  const kubeconfigFor = (user: string): string => kubeconfigText(url, user, users.tokens.get(user) ?? '');
  return {
    url,
    token: users.tokens.get('admin') ?? '',
    kubeconfig: kubeconfigFor('admin'),
    kubeconfigFor,
    ask: request => askDirectly(served, request),
    now: () => world.api.clock.now(),
    traffic: stream => startStream(world, plane, stream),
    listen: listener => listenFor(world, plane, listener),
    setMetric: (autoscaler, percent) => {
      world.metrics.set(autoscaler, percent);
    },
    state: () => ({ ...world.api.store.content(), seed: world.api.random.seed() }),
    compact: () => world.api.store.compact(),
    close: async () => {
      stopControllers();
      plane.stop();
      stopServing();
      await server.close();
    },
  };
}

function servedBy(world: World, users: Users['byToken'], { intercept }: SimulationOptions): Served {
  return {
    api: world.api,
    users,
    busy: () => holdTime(world.api.clock),
    intercept,
    pages: (namespace, pod) => world.counters.page(namespace, pod),
    answers: (namespace, pod) => answerAsText(world, namespace, pod),
  };
}

function furnish(world: World, { crds = [] }: SimulationOptions): void {
  furnishCluster(world);
  for (const crd of crds) create(world, crd as unknown as JsonObject);
}

function createWorld(options: SimulationOptions): World {
  const api: Api = {
    store: createStore(options.from),
    clock: options.clock ?? realClock(),
    registry: createRegistry(builtinServed()),
    random: createRandom(options.from?.seed ?? options.seed ?? 1),
  };
  return { api, pace: { ...labPace, ...options.pace }, metrics: new Map(), counters: createPodMetrics() };
}

interface Users {
  readonly byToken: ReadonlyMap<string, User>;
  readonly tokens: ReadonlyMap<string, string>;
}

function usersOf(api: Api, names: readonly string[]): Users {
  const tokens = new Map(['admin', ...names].map(name => [name, `sim-${api.random.uid()}`] as const));
  const users = [...tokens].map(
    ([name, token]) =>
      [token, { name, groups: name === 'admin' ? ['system:masters', 'system:authenticated'] : ['system:authenticated'] }] as const,
  );
  return { byToken: new Map(users), tokens };
}

/** Virtual time must not jump while a request is at work. */
function holdTime(clock: Clock | VirtualClock): () => void {
  return 'hold' in clock ? clock.hold() : () => undefined;
}
