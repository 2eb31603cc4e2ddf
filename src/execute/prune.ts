/** What a release has dropped, and the parent that tells where its like may be. */
import { APPLY_SET_MANAGER, alsoNaming } from '../manifests/apply-set.ts';
import { keyOf, nameOf } from '../manifests/refs.ts';
import type { Collection, Ref } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import { removeKnown } from './races/remove.ts';
import { note, noteGone, type Session } from './session.ts';

/** Deletes an object by the identity that was looked at. What somebody has made anew since is noted as it is now, and stays. */
export async function prune(session: Session, { ref, uid }: Extract<Operation, { do: 'prune' }>): Promise<void> {
  noteGone(session, ref);
  if ((await removeKnown(session, { ref, uid }, { propagation: 'Background' })) !== 'replaced') return;
  const [now] = await session.cluster.list(onlyThat(ref));
  if (!now) return;
  note(session, now);
  const text = `${nameOf(ref)} was made anew by somebody else a moment ago: it stays, and the next run that removes what the release has dropped looks at it again.`;
  session.emit({ type: 'notice', level: 'warning', text });
}

/** The right to list a kind is what its objects were found by: a login that prunes need not have the one to get them. */
const onlyThat = ({ name, ...kind }: Ref): Collection => ({ ...kind, fields: `metadata.name=${name}` });

/** Writes what the parent of a set says: of what was dropped it names what is left, so that the next run lists it. */
export async function applyParent(session: Session, { parent, dropped = [] }: Extract<Operation, { do: 'apply-parent' }>): Promise<void> {
  const left = dropped.flatMap(ref => session.seen.get(keyOf(ref)) ?? []);
  await session.cluster.apply(alsoNaming(parent, left), { manager: APPLY_SET_MANAGER, force: true });
}
