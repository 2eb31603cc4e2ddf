/** Fields that a patch of ours wrote as `kubectl` go back to who owned them. */
import { RolloutError } from '../errors.ts';
import { handedBack } from '../manifests/handed-back.ts';
import { nameOf } from '../manifests/refs.ts';
import type { Operation } from '../model/operation.ts';
import { note, type Session } from './session.ts';

const MOST_ATTEMPTS = 10;

/**
 * Gives them back; what nobody owned goes to kubectl's apply, so that the next `kubectl apply`, of either kind, finds nobody else in its way and
 * drops what its file does not have.
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
        // Controllers write status beside us, and each write may move the entries.
        if (error instanceof RolloutError && ['CONFLICT', 'INVALID'].includes(error.code)) return false;
        throw error;
      },
    );
    if (isDone) return;
  }
  const text = `${nameOf(ref)}: the restored fields stay owned by kubectl’s patch: the next \`kubectl apply --server-side\` needs --force-conflicts.`;
  session.emit({ type: 'notice', level: 'warning', text });
}
