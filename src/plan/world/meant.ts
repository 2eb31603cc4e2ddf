/** Which workloads an action is about, and what of them is open. */
import { RolloutError } from '../../errors.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import type { Action } from '../../model/stage.ts';
import { recordsIn } from '../../routers/splits.ts';
import { isDaemonSet } from '../../workloads/daemon-set.ts';
import { titleOf } from '../../workloads/index.ts';
import { type Target, targetFor, targetsOf } from './belongings.ts';
import { refuseBroken } from './broken.ts';
import { hasRolledSince, nothingToPromote, openTargets } from './open-targets.ts';
import { refuseNoneMeant } from './workers.ts';

/**
 * The workloads that are meant; none only where an action without files has nothing to do.
 * @throws RolloutError NOTHING_TO_DEPLOY, NOTHING_TO_PROMOTE, INVALID_INPUT, SEVERAL_ROLLOUTS.
 */
export function meantTargets(request: Request, live: Live, action: Action): readonly Target[] {
  const records = recordsIn(live);
  refuseNoneMeant(request);
  const targets = request.manifests.length > 0 ? targetsOf(request, live) : openTargets(request, records, live);
  if (targets.length > 0) return targets;
  if (request.manifests.length > 0) throw nothingToRoll(request, action);
  refuseBroken(request, live);
  if (action === 'promote' && !hasRolledSince(request, records, live)) throw nothingToPromote(request, records);
  return targets;
}

/**
 * The records of these workloads. There is one for a name: what another kind of that name has open is not to be taken for one's own.
 * @throws RolloutError ROLLOUT_OPEN.
 */
export function openAmong(records: readonly Rollout[], targets: readonly Target[]): readonly Rollout[] {
  const targetOf = ({ workload, namespace }: Rollout): Target | undefined =>
    targets.find(target => target.name === workload && target.namespace === namespace);
  const open = records.filter(record => targetOf(record) !== undefined);
  const other = open.find(record => targetOf(record)?.kind !== record.kind);
  if (!other) return open;
  throw new RolloutError(
    'ROLLOUT_OPEN',
    `a rollout of ${titleOf(targetFor(other))} is open, and its record has the name that the record of ${titleOf({ ...targetFor(other), kind: targetOf(other)?.kind })} would have`,
    'Promote or reject it first, with its own manifests.',
  );
}

/** What has one pod on every node has no place for a second one beside it. */
const onEveryNode = ({ metadata: { name } }: KubeObject, strategy: string): RolloutError =>
  new RolloutError(
    'NOTHING_TO_DEPLOY',
    `DaemonSet ${name} cannot be released by strategy ${strategy}: a second one beside it would put two pods on a node, and the files hold no Deployment`,
    'Use strategy: canary, which tries the new version on some nodes first, or strategy: none, which rolls node by node within its maxUnavailable.',
  );

function nothingToRoll({ manifests, inputs }: Request, action: Action): RolloutError {
  const daemon = manifests.map(({ object }) => object).find(isDaemonSet);
  if (daemon && action === 'deploy') return onEveryNode(daemon, inputs.strategy);
  return action === 'deploy' || action === 'retreat'
    ? new RolloutError(
        'NOTHING_TO_DEPLOY',
        'the files hold no Deployment, so nothing can run as a canary',
        'Use strategy: none to apply them as they are (a StatefulSet or a DaemonSet alone takes strategy: canary too), or add the Deployment.',
      )
    : new RolloutError(
        'NOTHING_TO_DEPLOY',
        `the files hold no Deployment, so there is nothing to ${action}`,
        `Give ${action} the manifests that were deployed, or none: then it finds the open rollout. To go back after a deploy in place of another kind, deploy its earlier version; for a StatefulSet, undo works as well.`,
      );
}
