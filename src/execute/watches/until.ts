import { RolloutError } from '../../errors.ts';
import { isOurs } from '../../manifests/names.ts';
import { nameOf } from '../../manifests/refs.ts';
import type { Readiness } from '../../model/event.ts';
import type { Ref } from '../../model/kube.ts';
import type { Program } from '../../model/probe.ts';
import { logCommand } from '../../readiness/container.ts';
import { explain, suspect } from '../../readiness/explain.ts';
import { isRemovedWith, REMOVED_HINT } from '../removed.ts';
import { checkpoint, interruption, type Session } from '../session.ts';
import { together } from '../together.ts';
import { lastLines } from './last-lines.ts';
import { withRevisions } from './newest.ts';
import { eventsOf } from './news.ts';
import type { Targets } from './targets.ts';
import { type Snapshot, watchAll } from './watching.ts';

/** Whether what a watch shows is what was waited for. */
export type Judge = (snapshot: Snapshot) => Readiness | Promise<Readiness>;

/** Watches until the judge is content; explains and throws NOT_READY when that cannot be, or takes too long. */
export async function until(session: Session, targets: Targets, judge: Judge): Promise<Snapshot> {
  checkpoint(session);
  const patience = new Patience(session, targets);
  for await (const snapshot of watchAll(session.cluster, targets, session.signal)) {
    const state = await judge(snapshot);
    if (state.state === 'ready') return snapshot;
    if (!patience.isOver(state)) continue;
    // A watch may lag behind: a read has the last word before the action ends.
    const last = await readAll(session, withRevisions(targets)).catch(() => snapshot);
    const end = await judge(last);
    if (end.state === 'ready') return last;
    if (patience.isOver(end)) throw await patience.refusal(end, last);
  }
  throw interruption(session.signal);
}

/** What the watches should show, as it is now. */
async function readAll({ cluster }: Session, targets: Targets): Promise<Snapshot> {
  const reads = Object.entries(targets).map(async ([name, target]) => {
    if (!('name' in target)) return [name, await cluster.list(target)] as const;
    const object = await cluster.get(target);
    return [name, object ? [object] : []] as const;
  });
  return Object.fromEntries(await together(reads));
}

type Waiting = Exclude<Readiness, { state: 'ready' }>;

/** The hint where the pods stay, and can be looked at. */
function hintAt({ hint }: Waiting, program: Program | null): string {
  const given = hint ?? `Look at the pods' events and logs; a longer timeout helps only if they were making progress.`;
  return !program || given.includes(' logs ') ? given : `${given} More: ${logCommand(program)}`;
}

/** The hint where the pods go with the failure: a command that asks them for logs would find none. */
const hintWithoutPods = ({ hint }: Waiting): string => (hint && !hint.includes(' logs ') ? hint : REMOVED_HINT);

/** How long a state has stood, and when that is too long. */
class Patience {
  private readonly began: number;
  private failingSince: number | null = null;
  private told = '';

  constructor(
    private readonly session: Session,
    private readonly targets: Targets,
  ) {
    this.began = session.cluster.time.elapsed();
  }

  /** Whether waiting on cannot help, or has taken too long. */
  isOver(state: Waiting): boolean {
    const now = this.session.cluster.time.elapsed();
    if (state.text !== this.told) {
      this.told = state.text;
      this.session.emit({ type: 'progress', text: state.text });
    }
    this.failingSince = state.state === 'failing' ? (this.failingSince ?? now) : null;
    return this.isHopeless(state) || now - this.began >= this.session.request.inputs.timeoutSeconds * 1000;
  }

  /** The error that ends the wait, with what the cluster says of it told before. */
  async refusal(state: Waiting, snapshot: Snapshot): Promise<RolloutError> {
    const { inputs } = this.session.request;
    const { timeoutSeconds } = inputs;
    const isHopeless = this.isHopeless(state);
    const program = await this.explain(snapshot);
    const isRemoved = isRemovedWith(inputs) && (snapshot.object ?? []).some(isOurs);
    const hint = isRemoved ? hintWithoutPods(state) : hintAt(state, program);
    return new RolloutError('NOT_READY', isHopeless ? state.text : `not ready within ${timeoutSeconds} s: ${state.text}`, hint);
  }

  private isHopeless(state: Waiting): boolean {
    const since = this.failingSince;
    return state.state === 'failing' && since !== null && this.session.cluster.time.elapsed() - since >= state.graceSeconds * 1000;
  }

  /** Tells what the cluster says, and the container whose words may tell more. */
  private async explain(snapshot: Snapshot): Promise<Program | null> {
    const object = snapshot.object?.[0];
    const ref = this.targets.object;
    if (!object || !ref || !('name' in ref)) return null;
    const events = await eventsOf(this.session.cluster, ref.namespace);
    const around = { ...seen(snapshot, this.session.cluster.now()), events };
    const lines = explain(object, around);
    const program = suspect(object, around);
    const log = program && (await lastLines(this.session.cluster, program));
    if (lines.length > 0) this.session.emit({ type: 'explained', ref, lines, ...(log ? { log } : {}) });
    return program;
  }
}

/** A snapshot as the rules of readiness look at it. */
export const seen = (snapshot: Snapshot, now: number) => ({
  pods: snapshot.pods ?? [],
  replicaSets: snapshot.replicaSets ?? [],
  events: [],
  now,
});

/** Waits until an object is gone, or another one bears its name. */
export async function awaitGone(session: Session, ref: Ref, uid: string | undefined): Promise<void> {
  await until(session, { object: ref }, snapshot => {
    const left = snapshot.object?.find(object => uid === undefined || object.metadata.uid === uid);
    return left
      ? { state: 'waiting', text: `${nameOf(ref)} is being deleted`, hint: STAYING }
      : { state: 'ready', text: `${nameOf(ref)} is gone` };
  });
}

const STAYING = 'Check what keeps it: its finalizers, or pods that do not terminate. Then run the same action again: it resumes from here.';
