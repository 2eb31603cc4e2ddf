/** From a fresh read to a plan, and from its steps to words of the API. */
import { hostname } from 'node:os';
import type { Wording } from './execute/execute.ts';
import { read } from './execute/read.ts';
import type { Session } from './execute/session.ts';
import type { Action } from './model/stage.ts';
import { describe } from './plan/describe.ts';
import { operationsOf } from './plan/operations.ts';
import { type Prepared, prepare } from './plan/prepare.ts';

/** Reads what the request touches and plans an action over it. */
export async function prepared(session: Session, action: Action): Promise<Prepared> {
  const isRehearsed = action !== 'retreat' && action === session.request.inputs.action;
  const live = await read(session.request, session.cluster, { hasEnded, isRehearsed });
  session.seen.clear();
  for (const [key, object] of Object.entries(live.objects)) session.seen.set(key, object);
  return prepare(session.request, live, action);
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
function hasEnded({ host, pid }: { readonly host?: string; readonly pid?: number }): boolean {
  if (host !== hostname() || pid === undefined || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
