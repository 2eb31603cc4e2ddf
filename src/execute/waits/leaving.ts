/** Variants that leave while stable rolls: the roll does not wait for their last requests, and a roll that finds no room waits until they are gone. */
import { RolloutError } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import type { Session } from '../session.ts';
import { awaitReady } from './ready.ts';

type AwaitReady = Extract<Operation, { do: 'await-ready' }>;

/** Carries out one operation of what leaves. Its waits end with the signal of the session. */
export type Does = (operation: Operation, session: Session) => Promise<void>;

/**
 * Waits until an object is rolled out, and carries out the operations of what leaves meanwhile. A roll that failed before they were done is awaited once
 * more behind them: what leaves makes room.
 * @throws RolloutError as `awaitReady` does, and as the operations do.
 */
export async function awaitReadyMeanwhile(session: Session, operation: AwaitReady, does: Does): Promise<void> {
  const over = new AbortController();
  const going = leave(session, { operations: operation.leaving ?? [], over: over.signal, does });
  const rolled = awaitReady(session, operation).catch(async (error: unknown) => {
    const isHeldUp = error instanceof RolloutError && error.code === 'NOT_READY' && !going.isDone();
    if (!isHeldUp) throw error;
    await going.ended;
    await awaitReady(session, operation);
  });
  const [ready, left] = await Promise.allSettled([rolled.finally(() => over.abort()), going.ended]);
  if (ready.status === 'rejected') throw ready.reason;
  if (left.status === 'rejected') throw left.reason;
}

interface Leaving {
  readonly operations: readonly Operation[];
  readonly over: AbortSignal;
  readonly does: Does;
}

interface Going {
  readonly ended: Promise<void>;
  isDone(): boolean;
}

/** Carries out the operations in order. When the roll is over, a removal that has begun is brought to its end, and a wait is not. */
function leave(session: Session, { operations, over, does }: Leaving): Going {
  let isDone = operations.length === 0;
  const waiting: Session = { ...session, signal: AbortSignal.any([session.signal, over]) };
  const work = async (): Promise<void> => {
    for (const operation of operations) {
      if (over.aborted) return;
      await does(operation, operation.do === 'remove' ? session : waiting).catch((error: unknown) => {
        if (!over.aborted || session.signal.aborted || operation.do === 'remove') throw error;
      });
    }
  };
  const ended = work().finally(() => {
    isDone = true;
  });
  return { ended, isDone: () => isDone };
}
