/** Namespaces that come with the files. */
import type { KubeObject } from '../model/kube.ts';
import { note, type Session } from './session.ts';

/** Applies one before anything is claimed: two runs that bring it at once both find it. */
export async function bring(namespace: KubeObject, session: Session): Promise<void> {
  note(session, await session.cluster.apply(namespace));
}
