/** How somebody ends what is open: a reject leaves the rollout of another run alone unless it is told otherwise. */
import { CLAIMED, type Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';

type Opened = Pick<Rollout, 'run' | 'release'>;

/** "reject it", with what that needs from this run; a person at a terminal rejects whatever is open. */
export function rejectIt(rollout: Opened | null, { run, release }: Pick<Request, 'run' | 'release'>): string {
  const isOwn = rollout === null || rollout.run.id === run.id || (release !== null && rollout.release === release);
  return isOwn || run.interactive ? 'reject it' : 'reject it with reject-any: true';
}

/** Of a promote that has not ended: no deploy gets past it. */
export const finishIt = (rollout: Opened, request: Pick<Request, 'run' | 'release'>): string =>
  `Promote it again to finish it, or ${rejectIt(rollout, request)}.`;

/** "Promote it first, with its files or without any, or reject it"; of one that was claimed alone there is nothing to promote. */
export function endItFirst(rollout: (Opened & Pick<Rollout, 'stage'>) | null, request: Pick<Request, 'run' | 'release'>): string {
  const reject = rejectIt(rollout, request);
  return rollout?.stage === CLAIMED
    ? `Nothing runs by it yet: once its run has ended, ${reject}`
    : `Promote it first, with its files or without any, or ${reject}`;
}
