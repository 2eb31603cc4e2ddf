/** The cluster of a command that is no action. */
import { type Connected, connect } from '../src/cluster/index.ts';
import type { Platform } from '../src/entry.ts';
import type { Inputs } from '../src/model/request.ts';
import type { Reporter } from '../src/report/reporter.ts';

/** Where a command looks: the cluster, and the namespace of the inputs, of the kubeconfig, or `default`. */
export interface Place {
  readonly cluster: Connected['cluster'];
  readonly namespace: string;
}

/** Opens the cluster of the inputs, and closes it behind `use`. */
export async function connectedTo<T>(
  inputs: Inputs,
  { platform, report }: { readonly platform: Platform; readonly report: Reporter },
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const connected = await connect({ ...(await platform.connection(inputs)), environment: process.env, onSecret: report.hide });
  try {
    return await use({ cluster: connected.cluster, namespace: inputs.namespace ?? connected.namespace ?? 'default' });
  } finally {
    await connected.close();
  }
}
