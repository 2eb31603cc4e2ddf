/** Fields that a patch of ours wrote as `kubectl` go back to who owned them. */
import { handedBack } from '../../manifests/handed-back.ts';
import { nameOf } from '../../manifests/refs.ts';
import type { Operation } from '../../model/operation.ts';
import { note, type Session } from '../session.ts';
import { isInvalid, isOutrun } from './refusals.ts';

const MOST_ATTEMPTS = 10;

/**
 * Gives the fields back to their owners. A field that nobody owned goes to kubectl's apply: the next `kubectl apply`, of either kind, then finds no other
 * owner in its way, and drops what its file does not have.
 */
export async function handBack(session: Session, { ref, before }: Extract<Operation, { do: 'hand-back' }>): Promise<void> {
  const { cluster } = session;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const live = await cluster.get(ref);
    const operations = handedBack(live?.metadata.managedFields ?? [], before);
    if (operations.length === 0) return;
    const isDone = await cluster.patch(ref, operations, { manager: 'kubectl' }).then(
      patched => note(session, patched) === patched,
      (error: unknown) => {
        if (isMoved(error)) return false;
        throw error;
      },
    );
    if (isDone) return;
  }
  const text = `${nameOf(ref)}: the restored fields stay owned by kubectl’s patch: the next \`kubectl apply --server-side\` needs --force-conflicts.`;
  session.emit({ type: 'notice', level: 'warning', text });
}

/** Controllers write status beside us, and each write may move an owner's entry: a patch of the wrong one fails its test, or is invalid. */
const isMoved = (error: unknown): boolean => isOutrun(error) || isInvalid(error);
