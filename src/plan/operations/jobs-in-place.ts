/** The Jobs of a release that is applied in place, in operations. No record tells that it is under way, so the Job that runs last does: it is laid down first. */
import { isPhased } from '../../manifests/phases.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Operation } from '../../model/operation.ts';
import type { Due, Phase } from '../../model/phase.ts';
import type { Request } from '../../model/request.ts';
import { isSuspended } from '../../readiness/job.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';
import { duesAt, running } from './run-job.ts';

/** A Job at its moment, and what was found of it. */
export interface PlacedJob {
  readonly due: Due;
  readonly found: KubeObject | null;
}

/** What runs before the files are applied, and what behind them. */
export interface JobOperations {
  readonly before: readonly Operation[];
  readonly after: readonly Operation[];
}

const ENTRY: readonly Phase[] = ['before-deploy', 'before-promote'];
const EXIT: Phase = 'after-promote';

/** The Jobs of the files at their moments, in their order. Helm's hooks of an install are due where none of the workloads runs yet. */
export function dueInPlace({ manifests, release, inputs }: Request, live: Pick<Live, 'objects'>): readonly Due[] {
  const files = manifests.map(({ object }) => object);
  const [phased, applied] = [files.filter(isPhased), files.filter(file => !isPhased(file))];
  const workloads = applied.filter(object => isDeployment(object) || isStatefulSet(object));
  const isFirst = !workloads.some(object => live.objects[keyOf(refOf(object))]);
  const workload = (workloads[0] ?? applied[0] ?? phased[0])?.metadata.name ?? '';
  return [...ENTRY, EXIT].flatMap(phase => duesAt(phased, { phase, isFirst, inputs }, { workload, release: release ?? '' }));
}

/** The operations of the Jobs. They go in their order when all is done: what is gone before one that has begun has run. */
export function aroundFiles(jobs: readonly PlacedJob[]): JobOperations {
  const started = jobs.findLastIndex(({ found }) => found !== null && !isSuspended(found));
  const left = jobs.filter(({ found }, index) => index >= started || found !== null).map(({ due }) => due);
  const [entry, exit] = [left.filter(({ phase }) => phase !== EXIT), left.filter(({ phase }) => phase === EXIT)];
  return {
    before: [
      ...clearing(jobs.map(({ due }) => due)),
      ...(started < 0 ? exit : []).map(due => ({ do: 'lay-down-job', due }) as const),
      ...entry.flatMap(running),
    ],
    after: [...exit.flatMap(running), ...jobs.map(({ due }) => ({ do: 'end-job', due }) as const)],
  };
}

/** What other releases of the same files have left. */
function clearing(due: readonly Due[]): readonly Operation[] {
  const [one] = due;
  if (!one) return [];
  const namespaces = new Set(due.map(({ file }) => file.metadata.namespace ?? ''));
  return [...namespaces].map(namespace => ({ do: 'clear-jobs', namespace, workload: one.workload, release: one.release }));
}
