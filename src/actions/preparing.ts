/** From a fresh read to a plan, and from its steps to words of the API. */
import { hostname } from 'node:os';
import { awaitGone } from '../execute/await.ts';
import type { Wording } from '../execute/execute.ts';
import { read } from '../execute/read.ts';
import { noteAll, type Session } from '../execute/session.ts';
import { tryingOnce } from '../execute/tries.ts';
import { isActing } from '../manifests/going.ts';
import { refOf } from '../manifests/refs.ts';
import type { Live } from '../model/live.ts';
import type { Action } from '../model/stage.ts';
import { operationsOf } from '../plan/operations/operations.ts';
import { type Prepared, prepare } from '../plan/prepare.ts';
import { describe } from '../plan/words/describe.ts';

/** Reads what the request touches and plans an action over it. */
export async function prepared(session: Session, action: Action): Promise<Prepared> {
  const isRehearsed = action !== 'retreat' && action === session.request.inputs.action;
  const live = await settled(session, () => read(session.request, tryingOnce(session), { hasEnded, isRehearsed }));
  session.seen.clear();
  noteAll(session, Object.values(live.objects));
  return prepare(session.request, live, action);
}

/** A route that is being deleted splits requests until it is gone, and a record stands for its run: nothing is planned before. */
async function settled(session: Session, look: () => Promise<Live>): Promise<Live> {
  const live = await look();
  const acting = (live.going ?? []).filter(isActing);
  if (acting.length === 0 || session.request.inputs.dryRun) return live;
  for (const object of acting) await awaitGone(session, refOf(object), object.metadata.uid);
  return settled(session, look);
}

/** Puts a plan's steps into words with what is known by then. */
export function wordingOf(session: Session, { apps }: Prepared): Wording {
  return {
    describe,
    batchesOf: placed => {
      const app = apps.find(({ key }) => key === placed.workload);
      return app ? operationsOf(placed, { ...app, live: { ...app.live, objects: Object.fromEntries(session.seen) } }) : [];
    },
  };
}

/** Only a process of this machine can be known to have ended. */
export function hasEnded({ host, pid }: { readonly host?: string; readonly pid?: number }): boolean {
  if (host !== hostname() || pid === undefined || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
