/** A deletion of one object whose name another one may bear by now. */
import type { Ref, RemoveOptions } from '../../model/kube.ts';
import type { Session } from '../session.ts';
import { isOutrun } from './refusals.ts';

/** An object as it was read. */
export interface Known {
  readonly ref: Ref;
  readonly uid?: string | undefined;
}

/**
 * Deletes the object that was read, and says what became of it. `replaced`: somebody else deleted it, and another one bears its name by now; that one
 * stays.
 */
export async function removeKnown(
  { cluster }: Session,
  { ref, uid }: Known,
  options: Pick<RemoveOptions, 'propagation'> = {},
): Promise<'gone' | 'going' | 'replaced'> {
  try {
    return await cluster.remove(ref, { ...options, ...(uid ? { uid } : {}) });
  } catch (error) {
    if (!isOutrun(error)) throw error;
    return 'replaced';
  }
}
