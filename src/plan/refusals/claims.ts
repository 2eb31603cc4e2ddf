/** Volumes that a canary would share with the version that runs. */
import { RolloutError } from '../../errors.ts';
import { at, items } from '../../manifests/json.ts';
import { keyOf } from '../../manifests/refs.ts';
import { templateOf } from '../../manifests/template.ts';
import { claimsIn } from '../../manifests/volumes.ts';
import { isInstead } from '../../strategies/index.ts';
import { rolledIn } from '../../workloads/index.ts';
import type { App } from '../world/app.ts';
import { around } from '../world/belongings.ts';

/**
 * A Deployment that stops its pods before new ones start, over a volume of one node, was never meant to run twice.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseSharedVolume(app: App): void {
  const [claim] = sharedClaims(app);
  const isAlternating = [app.stable, app.file].some(workload => at(workload, 'spec.strategy.type') === 'Recreate');
  if (claim === undefined || !isAlternating) return;
  throw new RolloutError(
    'UNSUPPORTED',
    `Deployment ${app.key}: its strategy is Recreate and its pods mount the claim ${claim.name} (${claim.modes}), so a ${app.request.inputs.strategy} would run two versions on one volume`,
    `Use strategy: recreate, which stops the running version before the new one starts, or strategy: none.${besideOthers(app)}`,
  );
}

/** One workload that must not run twice keeps none beside it from its canary. */
const besideOthers = ({ request }: App): string =>
  rolledIn(request.manifests).length > 1
    ? ` To give the others a canary, let this one roll at promote: by its annotation kubernetes-rollout/skip: "true", or by their names in workloads.`
    : '';

/** What the user should know where both versions may write to one volume. */
export function volumeNotices(app: App): readonly string[] {
  return sharedClaims(app).map(
    ({ name, modes }) =>
      `Deployment ${app.key}: both versions mount the claim ${name} (${modes}): they write to one volume, and on another node the new one does not start. If the volume must not be shared, use strategy: recreate.`,
  );
}

interface Claim {
  readonly name: string;
  readonly modes: string;
}

/** Claims of a single node or pod that the running version mounts and the new one mounts too. */
function sharedClaims({ stable, file, live, request, namespace }: App): readonly Claim[] {
  if (!stable || !file || request.inputs.action !== 'deploy' || isInstead(request.inputs.strategy)) return [];
  const mounted = claimsIn(templateOf(stable));
  return claimsIn(templateOf(file))
    .filter(name => mounted.includes(name))
    .flatMap(name => {
      const given = around(request).find(
        ({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.name === name && metadata.namespace === namespace,
      );
      const claim = live.objects[keyOf({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name })] ?? given;
      const modes = items(at(claim, 'spec.accessModes'));
      const isAlone = modes.length > 0 && modes.every(mode => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
      return isAlone ? [{ name, modes: modes.join(', ') }] : [];
    });
}
