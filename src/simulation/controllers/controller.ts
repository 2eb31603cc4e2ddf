/** What every controller is: keys to look after, and a function that looks after one. */
import type { JsonObject } from '../../model/kube.ts';
import type { Api } from '../api/api.ts';
import { ApiFailure } from '../api/failure.ts';
import type { StoreEvent } from '../store/store.ts';
import type { PodMetrics } from '../traffic/pod-metrics.ts';

/** How fast the simulated cluster works, in milliseconds of its own clock. */
export interface Pace {
  /** From a pod's creation until a node has it. */
  readonly schedulingMilliseconds: number;
  /** From a node having it until it is ready, where the image does not say otherwise. */
  readonly readyMilliseconds: number;
  /** From a pod's deletion until it is gone. */
  readonly terminationMilliseconds: number;
  /** From a change of pods until it is in the EndpointSlices. */
  readonly endpointsMilliseconds: number;
  /** From a change of a route or of endpoints until the data plane has it. */
  readonly dataPlaneMilliseconds: number;
}

/** The simulated cluster as controllers and traffic see it. */
export interface World {
  readonly api: Api;
  readonly pace: Pace;
  /** What the pods count of their requests. */
  readonly counters: PodMetrics;
  /** Metric values set by hand, in percent of the target, by `namespace/name` of the HorizontalPodAutoscaler. */
  readonly metrics: Map<string, number>;
}

/** Keys to look after, and a function that looks after one. */
export interface Controller {
  readonly name: string;
  /** Keys (`namespace/name`) to look at after an event. */
  keys(world: World, event: StoreEvent): readonly string[];
  /** Brings one key closer to what it should be; the answer is the milliseconds until it should be looked at again, or null. */
  reconcile(world: World, key: string): number | null;
  /** Milliseconds between an event and the look at its keys; 0 when absent. */
  delayMilliseconds?(world: World): number;
}

/** Runs controllers until the answer is called: they look at all that is there, then at what changes. Each round works off every key that is due. */
export function runControllers(world: World, controllers: readonly Controller[]): () => void {
  const queues = controllers.map(controller => createQueue(world, controller));
  const see = (event: StoreEvent): void => {
    for (const queue of queues) queue.see(event);
  };
  for (const event of world.api.store.arrivals()) see(event);
  const unsubscribe = world.api.store.subscribe(see);
  return () => {
    unsubscribe();
    for (const queue of queues) queue.stop();
  };
}

interface Queue {
  see(event: StoreEvent): void;
  stop(): void;
}

function createQueue(world: World, controller: Controller): Queue {
  const due = new Set<string>();
  const waiting = new Map<string, () => void>();
  let scheduled: NodeJS.Immediate | null = null;

  const drain = (): void => {
    scheduled = null;
    const round = [...due];
    due.clear();
    for (const key of round) {
      const again = attempt(controller, world, key);
      if (again !== null) later(key, again);
    }
  };
  const add = (key: string): void => {
    due.add(key);
    scheduled ??= setImmediate(drain);
  };
  const later = (key: string, milliseconds: number): void => {
    waiting.get(key)?.();
    const wake = (): void => {
      waiting.delete(key);
      add(key);
    };
    waiting.set(key, world.api.clock.after(milliseconds, wake));
  };
  return {
    see: event => {
      const delay = controller.delayMilliseconds?.(world) ?? 0;
      for (const key of controller.keys(world, event)) {
        if (delay === 0) add(key);
        else if (!waiting.has(key)) later(key, delay);
      }
    },
    stop: () => {
      if (scheduled !== null) clearImmediate(scheduled);
      for (const cancel of waiting.values()) cancel();
    },
  };
}

const RETRY_MILLISECONDS = 1_000;

/** What the API refuses a controller is tried again later, as real ones do: one object must not end the cluster. */
function attempt(controller: Controller, world: World, key: string): number | null {
  try {
    return controller.reconcile(world, key);
  } catch (fault) {
    if (fault instanceof ApiFailure) return RETRY_MILLISECONDS;
    throw fault;
  }
}

/** `namespace/name` of an object. */
export function keyOf(object: JsonObject): string {
  const metadata = (object.metadata ?? {}) as JsonObject;
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

/** Namespace and name of a key. */
export function splitKey(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
