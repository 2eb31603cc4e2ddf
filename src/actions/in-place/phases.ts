/** The Jobs of a release that is applied in place. No record tells that it is under way, so the Job that runs last does: it is laid down first. */
import type { Means } from '../../execute/carry-out.ts';
import { endJob, foundJob, jobsFor, layDown, removeOthers, runJob } from '../../execute/phase.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { isChangedBy, isSettled } from '../../manifests/owned.ts';
import { type Due, dueAt, isPhased, type Phase } from '../../manifests/phases.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { isSuspended } from '../../readiness/job.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';

/** What runs before the files are applied, and behind it. */
export interface PhasesInPlace {
  /** In their order; empty where the release is in place already. */
  readonly due: readonly Due[];
  enter(): Promise<void>;
  leave(): Promise<void>;
}

const ENTRY: readonly Phase[] = ['before-deploy', 'before-promote'];
const NONE: PhasesInPlace = { due: [], enter: async () => undefined, leave: async () => undefined };

/** `applies` are what is done with the files; what is there of them has been read. */
export async function phasesInPlace(means: Means, applies: readonly Operation[]): Promise<PhasesInPlace> {
  const { session } = means;
  const files = session.request.manifests.map(({ object }) => object).filter(isPhased);
  if (files.length === 0) return NONE;
  const objects = applies.flatMap(operation => (operation.do === 'apply' ? [operation.object] : []));
  const { entry, exit } = dueIn(session, files, objects);
  const due = [...entry, ...exit];
  const found = await Promise.all(due.map(one => foundJob(one, session)));
  if (found.every(job => job === null) && (await areInPlace(applies, session))) return NONE;
  const started = found.findLastIndex(job => job !== null && !isSuspended(job));
  // Jobs go in their order when all is done: what is gone before one that has begun has run.
  const isOver = (index: number): boolean => index < started && found[index] === null;
  const run = async (of: readonly Due[]): Promise<void> => {
    for (const one of of) if (!isOver(due.indexOf(one))) await runJob(one, means);
  };
  return {
    due,
    enter: async () => {
      await removeOlder(due, session);
      for (const one of started < 0 ? exit : []) await layDown(one, session);
      await run(entry);
    },
    leave: async () => {
      await run(exit);
      for (const one of due) await end(one, session);
    },
  };
}

interface Sides {
  readonly entry: readonly Due[];
  readonly exit: readonly Due[];
}

/** Helm's hooks of an install are due where none of the workloads runs yet. */
function dueIn({ request, seen }: Session, files: readonly KubeObject[], objects: readonly KubeObject[]): Sides {
  const workloads = objects.filter(object => isDeployment(object) || isStatefulSet(object));
  const isFirst = !workloads.some(object => seen.has(keyOf(refOf(object))));
  const workload = (workloads[0] ?? objects[0] ?? files[0])?.metadata.name ?? '';
  const release = request.release ?? '';
  const of = (phases: readonly Phase[]): readonly Due[] =>
    phases.flatMap(phase => dueAt(files, phase, isFirst).map(file => ({ file, phase, workload, release })));
  return { entry: of(ENTRY), exit: of(['after-promote']) };
}

/** Whether the release is what stands: an apply would change nothing. */
async function areInPlace(applies: readonly Operation[], session: Session): Promise<boolean> {
  const answers = await together(applies.map(operation => isInPlace(operation, session)));
  return answers.every(answer => answer);
}

async function isInPlace(operation: Operation, { seen, cluster }: Session): Promise<boolean> {
  if (operation.do !== 'apply') return false;
  const { object, keepLive, force } = operation;
  const live = seen.get(keyOf(refOf(object)));
  if (!live) return false;
  if (isSettled(object, live)) return true;
  const outcome = await cluster.apply(object, { dryRun: true, keepLive, force }).catch(() => null);
  return outcome !== null && !isChangedBy(live, outcome);
}

async function end(due: Due, session: Session): Promise<void> {
  const job = await foundJob(due, session);
  if (job) await endJob(job, session);
}

/** What other releases of the same files have left. */
async function removeOlder(due: readonly Due[], session: Session): Promise<void> {
  const [one] = due;
  if (!one) return;
  const namespaces = new Set(due.map(({ file }) => file.metadata.namespace ?? ''));
  for (const namespace of namespaces) {
    await removeOthers(await jobsFor({ namespace, name: one.workload }, session), one.release, session);
  }
}
