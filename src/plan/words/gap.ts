/** Few or no pods that stay up while a Deployment rolls in place. */
import { at, number } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { goingBy, staysUp } from '../../manifests/rolling.ts';
import { isSameTemplate, templateOf } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { isDeployment } from '../../workloads/deployment.ts';

/** A Deployment as it is, and as a write leaves it. */
export interface Rolled {
  readonly now: KubeObject;
  readonly after: KubeObject;
}

/** Warns where fewer than half of the pods stay up: all requests are theirs meanwhile. */
export function gapNotices({ now, after }: Rolled): readonly string[] {
  const replicas = number(after.spec?.replicas, 1);
  const isRolled = isDeployment(after) && replicas > 0 && !isSameTemplate(templateOf(now), templateOf(after));
  const strategy = at(after, 'spec.strategy');
  const up = staysUp(strategy, replicas);
  if (!isRolled || number(now.spec?.replicas, 1) === 0 || up * 2 >= replicas) return [];
  const what = up === 0 ? 'nobody answers requests' : `requests may be too many for ${up === 1 ? 'the one that stays' : 'those that stay'}`;
  return [`${nameOf(refOf(after))}: the ${goingBy(strategy, replicas)}, so ${what} until new pods are ready.`];
}
