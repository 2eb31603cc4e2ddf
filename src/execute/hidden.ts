import { MANAGER } from '../manifests/names.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import { note, noteGone, type Session } from './session.ts';

/** Writes the Secret beside a record, or drops an older one where the record hides nothing any more. */
export async function hide(session: Session, record: Ref, secret: KubeObject | null): Promise<void> {
  await (secret ? put(session, secret) : dropHidden(session, record));
}

/** The Secret beside a record goes, if there is one. */
export async function dropHidden(session: Session, record: Ref): Promise<void> {
  const secret = { ...record, kind: 'Secret' };
  if (session.seen.has(keyOf(secret))) await session.cluster.remove(secret, {});
  noteGone(session, secret);
}

/** Secrets of a record are ours alone: written over whatever an earlier stage put there. */
async function put(session: Session, secret: KubeObject): Promise<void> {
  const known = await session.cluster.get(refOf(secret));
  const version = known?.metadata.resourceVersion;
  const stored = version
    ? await session.cluster.replace({ ...secret, metadata: { ...secret.metadata, resourceVersion: version } }, { manager: MANAGER })
    : await session.cluster.create(secret, { manager: MANAGER });
  note(session, stored);
}
