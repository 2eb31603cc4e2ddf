import { RolloutError } from '../../errors.ts';
import { at } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';

/**
 * A paused Deployment replaces no pod: what stops the version that runs would leave nothing running.
 * @throws RolloutError UNSUPPORTED.
 */
export function refusePaused(workload: KubeObject): void {
  if (at(workload, 'spec.paused') !== true) return;
  const { name, namespace } = workload.metadata;
  throw new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(workload))} is paused: its pods would not be replaced`,
    `Run kubectl rollout resume deployment/${name}${namespace ? ` -n ${namespace}` : ''} first.`,
  );
}
