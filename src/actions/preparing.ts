/** From a fresh read to a plan, and from its steps to words of the API. */
import { hostname } from 'node:os';
import { emptyIn, namespacesToCome } from '../execute/dry-runs/coming.ts';
import { tryingOnce } from '../execute/dry-runs/tries.ts';
import type { Wording } from '../execute/execute.ts';
import { isOnlyClaimed, listening, type Traced } from '../execute/races/since.ts';
import { read } from '../execute/reads/read.ts';
import { noteAll, type Session } from '../execute/session.ts';
import { notingPods } from '../execute/waits/ready-pods.ts';
import { awaitGone } from '../execute/watches/until.ts';
import { isActing } from '../manifests/going.ts';
import { refOf } from '../manifests/refs.ts';
import type { Collection, KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Action } from '../model/stage.ts';
import { operationsOf } from '../plan/operations/operations.ts';
import { type Prepared, prepare } from '../plan/prepare.ts';
import { describe } from '../plan/words/describe.ts';

/** What a plan was made of, when, and what became of the records since. */
interface Basis {
  readonly live: Live;
  readonly action: Action;
  readonly at: number;
  readonly traces: readonly Traced[];
  /** Ends what listens to them. */
  readonly over?: AbortController;
}

const bases = new WeakMap<Session['seen'], Basis>();

/** What a person or a controller has changed meanwhile shows after so long. */
const MOST_MILLISECONDS = 5000;

/** Listens to what becomes of the records from now on: a claim follows. */
export function hearRecords({ seen, signal }: Session): void {
  const basis = bases.get(seen);
  if (!basis || basis.over) return;
  const over = new AbortController();
  bases.set(seen, { ...basis, over, traces: listening(basis.traces, AbortSignal.any([signal, over.signal])) });
}

/** Reads what the request touches and plans an action over it. */
export async function prepared(session: Session, action: Action): Promise<Prepared> {
  const isTried = action !== 'retreat' && action === session.request.inputs.action;
  const { trace } = session.cluster;
  let traces: readonly Traced[] = [];
  const traced = async (of: Collection, traceOf: NonNullable<typeof trace>): Promise<readonly KubeObject[]> => {
    const one = await traceOf(of);
    traces = [...traces, { of, trace: one }];
    return one.objects;
  };
  bases.get(session.seen)?.over?.abort();
  const at = session.cluster.time.elapsed();
  const coming = await namespacesToCome(session.request, session.cluster);
  const live = await settled(session, () => {
    traces = [];
    const records = trace && coming.length === 0 ? { records: (of: Collection) => traced(of, trace) } : {};
    return read(session.request, emptyIn(coming, tryingOnce({ ...session, cluster: notingPods(session) })), {
      hasEnded,
      isTried,
      ...records,
    });
  });
  session.seen.clear();
  noteAll(session, Object.values(live.objects), at);
  bases.set(session.seen, { live, action, at, traces });
  return prepare(session.request, live, action);
}

/**
 * Plans again under the claim: over the read that the claim rests on, where no record but the claimed ones was written since, and over a new one
 * else.
 */
export async function preparedAgain(session: Session, action: Action): Promise<Prepared> {
  const { cluster, request, seen } = session;
  const basis = bases.get(seen);
  bases.delete(seen);
  const isYoung = basis?.action === action && cluster.time.elapsed() - basis.at < MOST_MILLISECONDS;
  const holds = isYoung && basis.traces.length > 0 && (await isOnlyClaimed(session, basis.traces));
  basis?.over?.abort();
  if (!holds) return await prepared(session, action);
  return prepare(request, { ...basis.live, now: cluster.now(), objects: Object.fromEntries(seen) }, action);
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
