/** Objects of the user's that are being deleted. */
import { RolloutError } from '../../errors.ts';
import { isGoing } from '../../manifests/going.ts';
import { items } from '../../manifests/json.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Action } from '../../model/stage.ts';
import { patchedIn } from '../../routers/lanes.ts';
import type { App } from './app.ts';
import { lanesOf } from './view.ts';

/**
 * Nothing is split by, written over or given back to what is about to be gone. A way back needs stable alone.
 * @throws RolloutError NOT_READY.
 */
export function refuseGoing(app: App, action: Action): void {
  const { stable, file, others, roots, live } = app;
  if (action === 'retreat') return;
  const files = [...(file ? [file] : []), ...others].filter(({ metadata }) => metadata.name);
  const carriers = lanesOf(app).flatMap(lane => patchedIn(lane, live));
  const keys = action === 'reject' ? [] : [...[...roots, ...files].map(refOf), ...carriers].map(keyOf);
  const found = [...(stable ? [stable] : []), ...keys.flatMap(key => live.objects[key] ?? [])].find(isGoing);
  if (found) throw beingDeleted(found);
}

/** An error that names what keeps it. */
export function beingDeleted(object: KubeObject): RolloutError {
  const finalizers = items(object.metadata.finalizers).join(', ');
  const kept = finalizers === '' ? '' : ` (finalizers: ${finalizers})`;
  return new RolloutError(
    'NOT_READY',
    `${nameOf(refOf(object))} is being deleted since ${object.metadata.deletionTimestamp}${kept}`,
    'Wait until it is gone, or find out who deleted it and what keeps it. Then run the same action again.',
  );
}
