/** What the files alone tell that the user may not have meant. */
import { at } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { Manifest, Request } from '../../model/request.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';

/** One sentence each, with the place in the files; for a deploy, and where a promote writes the files. */
export function fileNotices({ manifests, inputs }: Request): readonly string[] {
  if (inputs.action === 'reject') return [];
  const remarks = manifests.flatMap(({ unreplaced = [] }) => unreplaced);
  const shown = remarks.length > MOST ? [...remarks.slice(0, MOST), `${remarks.length - MOST} more fields contain such tokens.`] : remarks;
  return [
    ...shown,
    ...manifests.flatMap(paused),
    ...(strategyNamed(inputs.strategy).place === 'in-place' ? manifests.flatMap(unrevised) : []),
  ];
}

/** A folder of templates that nobody has rendered holds many. */
const MOST = 10;

function paused({ object, from }: Manifest): readonly string[] {
  if (!isDeployment(object) || at(object, 'spec.paused') !== true) return [];
  return [
    `${from}: ${nameOf(refOf(object))} is paused by its file: no pod is replaced until somebody resumes it (kubectl rollout resume). Remove paused: true.`,
  ];
}

function unrevised({ object, from }: Manifest): readonly string[] {
  if (!isDeployment(object) || at(object, 'spec.revisionHistoryLimit') !== 0) return [];
  return [
    `${from}: ${nameOf(refOf(object))} keeps no old revision (revisionHistoryLimit: 0), so a reject of this deploy will find none to go back to.`,
  ];
}
