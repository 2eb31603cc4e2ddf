/** A simulated cluster that many trials share, each in a namespace of its own, and whose connections can be cut one namespace at a time. */
import { type Simulation, type SimulationOptions, simulate, type VirtualClock, virtualClock } from '../../src/simulation/index.ts';
import { definition } from '../simulation/client.ts';
import { after, runsBy } from './time.ts';

/** What becomes of the n-th write in a namespace (1 is the first): the connection is cut before it is done, or after. */
export interface Cut {
  readonly write: number;
  readonly when: 'before' | 'after';
  /** Everything that follows is cut too, as when the process is dead; otherwise only this request. */
  readonly isDeath: boolean;
}

/** Counts the writes in one namespace, and cuts where it is told. */
export interface Wire {
  /** Method and path of every write that arrived, the one that was cut included. */
  readonly writes: readonly string[];
  /** The same of every request. */
  readonly requests: readonly string[];
  /** Resolves when the cut was made. */
  readonly cut: Promise<void>;
  /** From now on everything passes. */
  mend(): void;
}

export interface CrashStage {
  readonly simulation: Simulation;
  /** Begins to count in a namespace; one wire at a time. */
  wire(namespace: string, cut: Cut | null): Wire;
  /** Another cluster that begins where this one stands. */
  copy(): Promise<CrashStage>;
  close(): Promise<void>;
}

/** Pods and data planes in milliseconds: what takes long is the order of things, not they themselves. */
const pace = {
  schedulingMilliseconds: 2,
  readyMilliseconds: 20,
  // Longer than a busy machine keeps this process waiting: pods that go before endpoints and data plane know would lose requests.
  terminationMilliseconds: 300,
  endpointsMilliseconds: 5,
  dataPlaneMilliseconds: 15,
};

/** Waits until the data plane of an entry (`service/web`, `route/web`) sends requests to a pod. */
export async function answering(simulation: Simulation, at: { readonly namespace: string; readonly entry: string }): Promise<void> {
  const probe = simulation.traffic({ ...at, requestsPerSecond: 100 });
  while (probe.counts().pods.every(({ requests }) => requests === 0)) await after(simulation.kubeconfig, 5);
  probe.stop();
}

/** Kinds of routes that a stage serves where a test does not say otherwise. */
export const served: readonly unknown[] = [
  definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits'),
  definition('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes'),
  definition('networking.istio.io', 'v1', 'VirtualService', 'virtualservices'),
];

/** Starts the cluster, with SMI, HTTPRoutes and VirtualServices, or with the kinds given. */
export const openStage = (kinds: readonly unknown[] = served): Promise<CrashStage> =>
  stageOf({ clock: virtualClock(), crds: kinds as never });

/** The same, where steps act as this user, who may do what Roles let him. */
export const openStageFor = (user: string, kinds: readonly unknown[] = served): Promise<CrashStage> =>
  stageOf({ clock: virtualClock(), crds: kinds as never, users: [user] });

async function stageOf({
  clock,
  ...begin
}: Pick<SimulationOptions, 'crds' | 'from' | 'users'> & { readonly clock: VirtualClock }): Promise<CrashStage> {
  const wires = new Map<string, OpenWire['fateOf']>();
  const started = await simulate({
    ...begin,
    clock,
    pace,
    intercept: ({ method, path, query }) => {
      const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1] ?? '';
      const isWrite = method !== 'GET' && !query.includes('dryRun');
      return wires.get(namespace)?.(`${method} ${path}`, isWrite) ?? 'answer';
    },
  });
  const [user] = begin.users ?? [];
  const simulation = user === undefined ? started : { ...started, kubeconfig: started.kubeconfigFor(user) };
  const stop = runsBy(simulation, clock);
  return {
    simulation,
    wire: (namespace, cut) => {
      const { fateOf, ...wire } = openWire(cut, () => wires.delete(namespace));
      wires.set(namespace, fateOf);
      return wire;
    },
    copy: () => stageOf({ clock: virtualClock(clock.now()), from: simulation.state() }),
    close: async () => {
      await simulation.close();
      stop();
    },
  };
}

interface OpenWire extends Wire {
  fateOf(request: string, isWrite: boolean): 'answer' | 'cut-before' | 'cut-after';
}

function openWire(cut: Cut | null, mend: () => void): OpenWire {
  const writes: string[] = [];
  const requests: string[] = [];
  let isDead = false;
  let tellCut = (): void => undefined;
  const wasCut = new Promise<void>(resolve => {
    tellCut = resolve;
  });
  const fateOf: OpenWire['fateOf'] = (request, isWrite) => {
    requests.push(request);
    if (isDead) return 'cut-before';
    if (!isWrite) return 'answer';
    writes.push(request);
    if (cut === null || writes.length !== cut.write) return 'answer';
    isDead = cut.isDeath;
    tellCut();
    return cut.when === 'before' ? 'cut-before' : 'cut-after';
  };
  return { writes, requests, cut: wasCut, mend, fateOf };
}
