/** How whoever speaks to a cluster of a test reaches it, and by which time: without a network and by its virtual clock, where it is of this process. */
import { machineTime } from '../../src/cluster/clock.ts';
import { type Connected, connect } from '../../src/cluster/index.ts';
import { podMetrics } from '../../src/metrics/pods.ts';
import type { MeasuredCluster } from '../../src/model/metrics.ts';
import type { Time } from '../../src/model/time.ts';
import type { Simulation, VirtualClock } from '../../src/simulation/index.ts';
import { directTransport } from './direct.ts';

const clusters = new Map<string | null, { readonly time: Time; readonly simulation: Simulation | null }>();

/** From now on the clock runs by itself, and clients of this cluster wait by it and ask it directly; the answer ends that. */
export function runsBy(simulation: Simulation, clock: VirtualClock): () => void {
  clusters.set(simulation.kubeconfig, { time: { elapsed: clock.now, after: clock.after }, simulation });
  const stop = clock.run();
  return () => {
    clusters.delete(simulation.kubeconfig);
    stop();
  };
}

/** Who speaks to a cluster by another kubeconfig, over a network, waits by its time too; the answer ends that. */
export function sharesTime(kubeconfig: string, of: string): () => void {
  clusters.set(kubeconfig, { time: timeOf(of), simulation: null });
  return () => clusters.delete(kubeconfig);
}

const timeOf = (kubeconfig: string | null): Time => clusters.get(kubeconfig)?.time ?? machineTime;

/** Waits by the cluster's time. */
export const after = (kubeconfig: string | null, milliseconds: number): Promise<void> =>
  new Promise(resolve => timeOf(kubeconfig).after(milliseconds, resolve));

/** Waits until something holds, looking every few milliseconds of the cluster's time. */
export async function until(kubeconfig: string | null, holds: () => boolean): Promise<void> {
  while (!holds()) await after(kubeconfig, 5);
}

/** The real client of a cluster, what its pods count included: by the text of a kubeconfig, or null for the machine's own. */
export async function connectTo(kubeconfig: string | null): Promise<Connected> {
  const found = clusters.get(kubeconfig);
  const connected = await connect({
    ...(found?.simulation ? { transport: directTransport(found.simulation) } : {}),
    kubeconfig,
    context: null,
    skipTlsVerify: false,
    environment: process.env,
    time: timeOf(kubeconfig),
    onSecret: () => undefined,
  });
  const counts = podMetrics(connected.page, { port: null, path: null });
  const measured: MeasuredCluster = { ...connected.cluster, metrics: counts, podCounts: counts };
  return { ...connected, cluster: measured };
}
