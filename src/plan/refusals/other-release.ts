/** Files that are given to a promote, and that are not the ones whose canary was tested. */
import { RolloutError } from '../../errors.ts';
import { differences } from '../../manifests/json.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { isOfChart } from '../../manifests/renderers.ts';
import { CLAIMED } from '../../model/record.ts';
import type { Manifest } from '../../model/request.ts';
import { titleOf } from '../../workloads/index.ts';
import type { App } from '../world/app.ts';

/** How many places are told. */
const MOST_PATHS = 5;

/**
 * A promote takes what was tested.
 * @throws RolloutError RELEASE_MISMATCH with the places that differ.
 */
export function refuseOtherRelease(app: App): void {
  const { record, request } = app;
  if (!record || request.release === null || record.release === request.release || record.stage === CLAIMED) return;
  const given = new Map(request.manifests.map(manifest => [keyOf(refOf(manifest.object)), manifest]));
  const differing = (record.tested?.files ?? []).flatMap(tested => {
    const other = given.get(keyOf(refOf(tested)));
    return other
      ? differences(tested, other.object, MOST_PATHS).map(path => `${nameOf(refOf(tested))}: ${path}`)
      : [`${nameOf(refOf(tested))} is not among the files`];
  });
  const paths = differing.length > 0 ? `; they differ at ${differing.slice(0, MOST_PATHS).join(', ')}` : '';
  throw new RolloutError(
    'RELEASE_MISMATCH',
    `${titleOf(app)}: the canary runs release ${record.release} (${record.run.name}), not ${request.release}${paths}`,
    request.manifests.some(isRendered) ? `${HINT} ${CHART}` : HINT,
  );
}

const isRendered = ({ from }: Manifest): boolean => isOfChart(from);

const HINT = 'Promote with exactly the files, images and inputs that were deployed, or deploy these first.';
const CHART =
  'A chart is rendered anew each time: with the same values it still differs where it asks for the version and APIs of the cluster (.Capabilities) and these have changed since, or where it makes up a value. Without manifests, promote takes what was deployed.';
