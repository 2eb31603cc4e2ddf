import { VARIANT } from '../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import { byCase } from '../model/cases.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import { awaited } from '../readiness/index.ts';
import { isSuspended } from '../readiness/job.ts';
import { noteWrite } from './age.ts';
import { awaitAnswer } from './answer.ts';
import { applyFile } from './apply.ts';
import { bring } from './bring.ts';
import { runScript } from './commands/script.ts';
import { asUnsplittable } from './invalid.ts';
import type { Lease } from './lease.ts';
import { clearJobs, endDue, endJobs, expireJobs, layDown, runJob } from './phase.ts';
import { probe } from './pods/probe.ts';
import { gateShare } from './pods/share.ts';
import { applyParent, prune } from './prune.ts';
import { createNew } from './races/create.ts';
import { handBack } from './races/hand-back.ts';
import { removeKnown } from './races/remove.ts';
import { replace } from './races/replace.ts';
import { restore } from './races/restore.ts';
import { splitRoute } from './races/split.ts';
import { asChanged } from './races/told.ts';
import { awaitTaken, gateRoute } from './routes.ts';
import { checkpoint, note, noteGone, pause, type Session } from './session.ts';
import { soak } from './soak/soak.ts';
import { untilAnswered } from './unanswered.ts';
import { tellLeftDown } from './waits/left-down.ts';
import { awaitEndpoints, awaitReady } from './waits/ready.ts';
import { renew } from './waits/renew.ts';
import { awaitStopped } from './waits/stopped.ts';
import { awaitGone } from './watches/until.ts';

/** What carrying out needs beside the session. */
export interface Means {
  readonly session: Session;
  readonly lease: Lease;
}

/** Does one operation. Writes only while every claim of this process stands. */
export async function carryOut(operation: Operation, means: Means): Promise<void> {
  checkpoint(means.session);
  await carriedOut(operation, means);
}

const written = (operation: Write, means: Means): Promise<void> => untilAnswered(means.session, () => guarded(operation, means));

const carriedOut = byCase<'do', Operation, [Means], Promise<void>>('do', {
  claim: (operation, { lease }) => lease.claim(operation),
  remember: ({ rollout }, { lease }) => lease.remember(rollout),
  'let-go': ({ rollout }, { lease }) => lease.letGo(rollout, true),
  forget: ({ ref }, { lease }) => lease.forget(ref),
  'await-ready': (operation, { session, lease }) =>
    operation.leftDown ? tellLeftDown(session, operation.ref) : awaitReady(session, operation, () => lease.guard()),
  renew: (operation, { session, lease }) => renew(session, operation, () => lease.guard()),
  'await-stopped': (operation, { session }) => awaitStopped(session, operation),
  'await-endpoints': (operation, { session }) => awaitEndpoints(session, operation),
  wait: (operation, { session }) => settle(session, operation),
  drain: ({ seconds }, { session }) => pause(session, seconds),
  hold: ({ seconds }, { session }) => pause(session, seconds),
  'gate-route': ({ lane }, { session }) => gateRoute(session, lane),
  'gate-share': (operation, { session }) => gateShare(session, operation),
  probe: (operation, { session }) => probe(session, operation),
  'await-answer': (operation, { session, lease }) => awaitAnswer(session, operation, lease),
  soak: (operation, { session, lease }) => soak(session, operation, lease),
  run: async (operation, { session, lease }) => {
    await lease.guard();
    leaveTrail(operation, session);
    await runScript(operation, session, lease);
  },
  create: written,
  replace: written,
  apply: written,
  patch: written,
  restore: written,
  remove: written,
  'run-job': ({ due }, { session, lease }) => runJob(due, session, () => lease.guard()),
  'lay-down-job': ({ due }, { session }) => layDown(due, session),
  'end-job': ({ due }, { session }) => endDue(due, session),
  'clear-jobs': (operation, { session }) => clearJobs(operation, session),
  'expire-jobs': (operation, { session }) => expireJobs(operation, session),
  'end-jobs': (operation, { session }) => endJobs(operation, session),
  bring: ({ object }, { session }) => bring(object, session),
  'hand-back': async (operation, { session, lease }) => {
    await lease.guard();
    await handBack(session, operation);
  },
  prune: async (operation, { session, lease }) => {
    await lease.guard();
    await prune(session, operation);
  },
  'apply-parent': (operation, { session }) => applyParent(session, operation),
});

/** The claim is looked at anew with every try. */
async function guarded(operation: Write, { session, lease }: Means): Promise<void> {
  await lease.guard();
  leaveTrail(operation, session);
  await write(operation, session, lease).finally(() => (isMove(operation) ? noteWrite(session) : undefined));
}

/** A wait of 0 s has not seen that the data plane took the routes. */
async function settle(session: Session, operation: Extract<Operation, { do: 'wait' }>): Promise<void> {
  await awaitTaken(session, operation);
  session.trail.isTaken = operation.seconds > 0;
}

/** Notes a write before it is sent: one that gets no answer may have been done. */
function leaveTrail(operation: Write | Extract<Operation, { do: 'run' }>, session: Session): void {
  const { trail } = session;
  trail.endpoints.clear();
  trail.pods.clear();
  if (isMove(operation) || isRouteGone(operation, session)) Object.assign(trail, { hasMoved: true, isTaken: false });
  else trail.hasChanged = true;
}

/** Whether a removal takes away a split, so that all requests are stable's again. A copy of a policy may be of the same kind; its label names its version. */
function isRouteGone(operation: Write | Extract<Operation, { do: 'run' }>, { seen }: Session): boolean {
  if (operation.do !== 'remove' || !isRoute(operation.ref)) return false;
  const part = seen.get(keyOf(operation.ref))?.metadata.labels?.[VARIANT];
  return part === undefined || part === 'route';
}

/** Whether a write may move requests. A removal does not, as its object got none any more, unless pods are the split or it is the split itself. */
const isMove = (operation: Write | Extract<Operation, { do: 'run' }>): boolean =>
  operation.do === 'create' ? isRoute(operation.object) : operation.do !== 'remove';

/** Kinds of Kubernetes itself that carry no requests from one Service to another. */
const isRoute = ({ apiVersion }: Pick<KubeObject, 'apiVersion'>): boolean => !/^(v1|apps\/|autoscaling\/|policy\/)/.test(apiVersion);

type Write = Extract<Operation, { do: 'create' | 'replace' | 'patch' | 'apply' | 'restore' | 'remove' }>;

async function write(operation: Write, session: Session, lease: Lease): Promise<void> {
  switch (operation.do) {
    case 'create':
      return await create(operation, session);
    case 'replace':
      return await replace(session, operation.object).catch(refused(operation));
    case 'patch':
      return await patch(operation, session);
    case 'apply': {
      const applied = await applyFile(session, operation);
      return applied ? lease.made(note(session, applied)) : undefined;
    }
    case 'restore':
      return await restore(session, operation.object, operation);
    case 'remove':
      return await remove(operation, session);
  }
}

async function remove({ ref, uid }: Extract<Write, { do: 'remove' }>, session: Session): Promise<void> {
  // Only workloads own others; foreground deletion of anything else waits for a garbage collector that may not know its kind yet.
  const propagation = ref.apiVersion.startsWith('apps/') ? 'Foreground' : 'Background';
  const left = await removeKnown(session, { ref, uid }, { propagation });
  // The object counts as gone before it is: a run that is interrupted in this wait does not name it as left.
  noteGone(session, ref);
  if (left === 'going') await awaitGone(session, ref, uid);
  const text = `${nameOf(ref)} was made anew by somebody else a moment ago: it stays, and this rollout has nothing to do with it.`;
  if (left === 'replaced') session.emit({ type: 'notice', level: 'warning', text });
}

/** Creates an object. One that the API server names is awaited here, since no other operation knows its name. */
async function create(operation: Extract<Write, { do: 'create' }>, session: Session): Promise<void> {
  const { object } = operation;
  const made = await createNew(session, object).catch(refused(operation));
  const created = note(session, made);
  if (!object.metadata.name && awaited(object) && !isSuspended(object))
    await awaitReady(session, { do: 'await-ready', ref: refOf(created), template: null, isStable: false });
}

/** A refusal in words of the split: of the objects that we make, only routes have a text. */
const refused = ({ object, text }: Extract<Write, { do: 'create' | 'replace' }>) =>
  text === undefined ? rethrow : asUnsplittable(refOf(object));

function rethrow(error: unknown): never {
  throw error;
}

async function patch(operation: Extract<Operation, { do: 'patch' }>, session: Session): Promise<void> {
  if (operation.split) return await splitRoute(session, { ...operation, split: operation.split });
  note(session, await session.cluster.patch(operation.ref, operation.operations, { manager: operation.manager }).catch(asChanged));
}
