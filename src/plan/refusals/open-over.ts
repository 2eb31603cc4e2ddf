/** A plain deploy over an open rollout. */
import { RolloutError } from '../../errors.ts';
import { decode, recordName } from '../../manifests/record.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Request } from '../../model/request.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { workloadOf } from '../../workloads/index.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';
import { endItFirst } from '../world/ending.ts';

/**
 * Refuses files of a workload that a record speaks of.
 * @throws RolloutError ROLLOUT_OPEN.
 */
export function refuseOpenOver(
  files: readonly KubeObject[],
  records: readonly KubeObject[],
  request: Pick<Request, 'run' | 'release'>,
): void {
  const workloads = files.filter(object => isDeployment(object) || isStatefulSet(object));
  const named = (record: KubeObject): readonly KubeObject[] =>
    workloads.filter(
      ({ metadata: { name, namespace } }) => record.metadata.namespace === namespace && record.metadata.name === recordName(name),
    );
  // What cannot be read may be of either kind.
  const isOf = (record: KubeObject, { kind }: KubeObject): boolean => workloadOf(decode(record, null) ?? { kind }).kind === kind;
  const open = records.find(record => named(record).some(workload => isOf(record, workload)));
  if (!open) return;
  throw new RolloutError(
    'ROLLOUT_OPEN',
    `a rollout is open on a workload of these files (${nameOf(refOf(open))})`,
    `${endItFirst(decode(open, null), request)}. A plain deploy would change the version that the canary is compared with.`,
  );
}
