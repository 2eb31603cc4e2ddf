/** A replacement of an object of ours that others may have written since it was read. */
import { same } from '../../manifests/json.ts';
import { MANAGER } from '../../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import { note, type Session } from '../session.ts';
import { isOutrun } from './refusals.ts';
import { routeChanged } from './told.ts';

/**
 * Writes an object over the version that was last seen.
 * @throws RolloutError ROUTE_CHANGED where another writer changed its content.
 */
export async function replace(session: Session, object: KubeObject): Promise<void> {
  const ref = refOf(object);
  const known = session.seen.get(keyOf(ref));
  const put = (version: string | undefined): Promise<KubeObject> => session.cluster.replace(over(object, version), { manager: MANAGER });
  const stored = await put(known?.metadata.resourceVersion).catch(async (error: unknown) => {
    const now = isOutrun(error) ? await session.cluster.get(ref) : null;
    if (!now) throw error;
    if (whenOutrun(known, now) === 'refuse') throw routeChanged(nameOf(ref));
    return await put(now.metadata.resourceVersion);
  });
  note(session, stored);
}

/** What follows a replacement that another write outran: a controller's status is written over, a change of the content is not. */
export const whenOutrun = (known: KubeObject | undefined, now: KubeObject): 'replace again' | 'refuse' =>
  same(now.spec, known?.spec) ? 'replace again' : 'refuse';

const over = (object: KubeObject, version: string | undefined): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...(version ? { resourceVersion: version } : {}) },
});
