/** What a release has dropped, and the parent that tells where its like may be. */
import { RolloutError } from '../errors.ts';
import { APPLY_SET_MANAGER } from '../manifests/apply-set.ts';
import type { Operation } from '../model/operation.ts';
import type { Session } from './session.ts';

/** Deletes an object by the identity that was looked at. */
export async function prune({ cluster }: Session, { ref, uid }: Extract<Operation, { do: 'prune' }>): Promise<void> {
  await cluster.remove(ref, { propagation: 'Background', ...(uid ? { uid } : {}) }).catch((error: unknown) => {
    // Somebody has made it anew since: that one is his.
    if (!(error instanceof RolloutError) || error.code !== 'CONFLICT') throw error;
  });
}

/** Writes what the parent of a set says. */
export async function applyParent({ cluster }: Session, { parent }: Extract<Operation, { do: 'apply-parent' }>): Promise<void> {
  await cluster.apply(parent, { manager: APPLY_SET_MANAGER, force: true });
}
