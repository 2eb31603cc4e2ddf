/** Runs of the real core on a simulated cluster that the tests of one file share. */
import { afterAll, beforeAll } from '@jest/globals';
import type { Connected } from '../../src/cluster/index.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { Request } from '../../src/model/request.ts';
import { rollout } from '../../src/rollout.ts';
import { type Simulation, simulate, virtualClock } from '../../src/simulation/index.ts';
import { aDeployment } from '../build/deployment.ts';
import { type Asked, aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';
import { definition } from '../simulation/client.ts';
import { connectTo, runsBy } from './time.ts';

/** As fast as may be. */
const pace = {
  schedulingMilliseconds: 1,
  readyMilliseconds: 5,
  terminationMilliseconds: 5,
  endpointsMilliseconds: 2,
  dataPlaneMilliseconds: 2,
};
const parsed = { trafficDelaySeconds: 0.01, drainSeconds: 0.01, timeoutSeconds: 20 };
let simulation: Simulation;
let connected: Connected;
let stop: () => void;
let count = 0;

beforeAll(async () => {
  const crds = [
    definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits'),
    definition('security.istio.io', 'v1', 'AuthorizationPolicy', 'authorizationpolicies'),
  ];
  const clock = virtualClock();
  simulation = await simulate({ clock, pace, crds: crds as never });
  stop = runsBy(simulation, clock);
  connected = await connectTo(simulation.kubeconfig);
});
afterAll(async () => {
  await connected.close();
  await simulation.close();
  stop();
});

/** A namespace where version 1 of a web application runs, and the files of any version. */
export interface Place {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly files: (image: string) => readonly KubeObject[];
}

/** A namespace of its own where version 1 runs. */
export async function place(): Promise<Place> {
  const namespace = `rollout-${++count}`;
  const { cluster } = connected;
  const files = (image: string) => [
    aDeployment('web').namespace(namespace).replicas(3).image(image).build(),
    aService('web').namespace(namespace).ports({ name: 'http', port: 80, targetPort: 'http' }).build(),
  ];
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const object of files('app:1')) await cluster.create(object, { manager: 'kubectl' });
  return { cluster, namespace, files };
}

/** What a step there asks for, without long waits. */
export function asked({ namespace }: Place, { parsed: more, ...given }: Asked): Request {
  return { ...aRequest({ process: `p-${++count}`, ...given, parsed: { ...parsed, ...more } }), namespace };
}

/** All that a run tells; `onEvent` may interrupt it. */
export async function run(
  { cluster }: Place,
  request: Request,
  onEvent: (event: Event, stop: AbortController) => void = () => undefined,
): Promise<readonly Event[]> {
  const stop = new AbortController();
  const events: Event[] = [];
  for await (const event of rollout(request, cluster, stop.signal)) {
    events.push(event);
    onEvent(event, stop);
  }
  return events;
}

/** What a run said last. */
export const endOf = (events: readonly Event[]): Event | undefined => events.at(-1);
