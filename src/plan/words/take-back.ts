/** The way back of what was deployed in place, in words. */
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { PlannedStep } from '../../model/event.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Request } from '../../model/request.ts';
import { isDaemonSet } from '../../workloads/daemon-set.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';
import type { WayBack } from '../operations/take-back.ts';
import { revisionOf } from '../world/revisions.ts';
import { imagesOf } from './describe.ts';

/** The step; null where there is nothing left but to wait. */
export function textOfWay({ live, before, state }: WayBack): string | null {
  if (before) return `${nameOf(refOf(live))}: go back to revision ${revisionOf(before)} (${imagesOf(before).join(', ')})`;
  return state === 'begun' ? `${nameOf(refOf(live))}: finish the rollback that an earlier reject began` : null;
}

/** The steps for the display. */
export const stepsOfWays = (ways: readonly WayBack[]): readonly PlannedStep[] =>
  ways.flatMap(way => {
    const text = textOfWay(way);
    return text === null ? [] : [{ workload: titleOfWay(way), stage: 'retreat', text, waitSeconds: 0 }];
  });

/** "shop/web". */
export const titleOfWay = ({ live: { metadata } }: WayBack): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Other workloads of the files keep what the deploy gave them: a way back that leaves them says so. */
export function stayingNotices({ manifests }: Pick<Request, 'manifests'>): readonly string[] {
  const staying = manifests.map(({ object }) => object).filter(object => isStatefulSet(object) || isDaemonSet(object));
  if (staying.length === 0) return [];
  const names = staying.map(object => nameOf(refOf(object))).join(', ');
  return [`${names}: not taken back. Where the release changed it, deploy its earlier version, or take a StatefulSet back by undo.`];
}

/** Where nothing may run twice, nothing runs for a while. */
export const stopNotice = (live: KubeObject): string =>
  `${nameOf(refOf(live))}: the running version is stopped before the previous one starts again; requests in between are lost.`;
