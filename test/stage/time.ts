/** The time by which whoever speaks to a cluster of a test waits: virtual, where that cluster's is. */
import { machineTime } from '../../src/cluster/clock.ts';
import { type Connected, connect } from '../../src/cluster/index.ts';
import { podMetrics } from '../../src/metrics/pods.ts';
import type { MeasuredCluster } from '../../src/model/metrics.ts';
import type { Time } from '../../src/model/time.ts';
import type { VirtualClock } from '../../src/simulation/index.ts';

const times = new Map<string | null, Time>();

/** From now on the clock runs by itself, and clients of this cluster wait by it; the answer ends that. */
export function waitsBy(kubeconfig: string, clock: VirtualClock): () => void {
  times.set(kubeconfig, { elapsed: clock.now, after: clock.after });
  const stop = clock.run();
  return () => {
    times.delete(kubeconfig);
    stop();
  };
}

const timeOf = (kubeconfig: string | null): Time => times.get(kubeconfig) ?? machineTime;

/** Waits by the cluster's time. */
export const after = (kubeconfig: string | null, milliseconds: number): Promise<void> =>
  new Promise(resolve => timeOf(kubeconfig).after(milliseconds, resolve));

/** Waits until something holds, looking every few milliseconds of the cluster's time. */
export async function until(kubeconfig: string | null, holds: () => boolean): Promise<void> {
  while (!holds()) await after(kubeconfig, 5);
}

/** The real client of a cluster, what its pods count included: by the text of a kubeconfig, or null for the machine's own. */
export async function connectTo(kubeconfig: string | null): Promise<Connected> {
  const connected = await connect({
    kubeconfig,
    context: null,
    skipTlsVerify: false,
    environment: process.env,
    time: timeOf(kubeconfig),
    onSecret: () => undefined,
  });
  const measured: MeasuredCluster = { ...connected.cluster, metrics: podMetrics(connected.page, { port: null, path: null }) };
  return { ...connected, cluster: measured };
}
