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

/**
 * The same of what a file brings: resumed by hand, it would be paused again by the file.
 * @throws RolloutError UNSUPPORTED.
 */
export function refusePausedFile(file: KubeObject): void {
  if (at(file, 'spec.paused') !== true) return;
  throw new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(file))} is paused by its file: the old version would be stopped, and no pod of the new one would start`,
    'Remove paused: true from the file.',
  );
}
