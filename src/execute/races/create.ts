/** A create whose name another object may bear by now. */
import { isGoing } from '../../manifests/going.ts';
import { MANAGER } from '../../manifests/names.ts';
import { refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Session } from '../session.ts';
import { awaitGone } from '../watches/until.ts';
import { isTaken } from './refusals.ts';
import { asTaken } from './told.ts';

/**
 * Creates an object; one of the same name that is being deleted is waited for.
 * @throws RolloutError CONCURRENT_ROLLOUT where another object bears the name, and stays.
 */
export const createNew = (session: Session, object: KubeObject): Promise<KubeObject> => createOrWait(session, object).catch(asTaken);

async function createOrWait(session: Session, object: KubeObject): Promise<KubeObject> {
  const { cluster } = session;
  try {
    return await cluster.create(object, { manager: MANAGER });
  } catch (error) {
    if (!isTaken(error) || !object.metadata.name) throw error;
    const other = await cluster.get(refOf(object));
    const decision = whenTaken(other);
    if (decision === 'refuse') throw error;
    if (decision === 'await its end') await awaitGone(session, refOf(object), other?.metadata.uid);
    return await cluster.create(object, { manager: MANAGER });
  }
}

/** What follows a create whose name was taken, by the object that bears the name now. */
export function whenTaken(other: KubeObject | null): 'create again' | 'await its end' | 'refuse' {
  if (!other) return 'create again';
  return isGoing(other) ? 'await its end' : 'refuse';
}
