/** Annotations at the workload that say which run its version came from, for views that read them. Nothing is annotated unless it is asked for. */
import { escaped } from '../../manifests/patched.ts';
import type { Event } from '../../model/event.ts';
import type { Cluster, PatchOperation } from '../../model/kube.ts';
import type { Request } from '../../model/request.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { deploymentAt } from '../../workloads/deployment.ts';
import { workloadsIn } from './told-in-cluster.ts';

/** A run, and what is to be written at the workloads that run its version in the end. */
export interface Annotating {
  readonly cluster: Pick<Cluster, 'get' | 'patch'>;
  readonly request: Request;
  /** By their names; none: nothing is written. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Hands the events of a run on, and annotates before the last one. What cannot be annotated is a warning: the rollout itself has ended well. */
export async function* annotated(events: AsyncGenerator<Event>, { cluster, request, annotations }: Annotating): AsyncGenerator<Event> {
  const isAsked = Object.keys(annotations).length > 0;
  let workloads: readonly string[] = [];
  for await (const event of events) {
    if (workloads.length === 0) workloads = workloadsIn(event, request);
    if (isAsked && isOnStable(event, request)) for (const workload of workloads) yield* annotate(cluster, workload, annotations);
    yield event;
  }
}

/** Whether the running version is now this run's. */
function isOnStable(event: Event, { inputs }: Request): boolean {
  if (event.type !== 'outcome') return false;
  const { status } = event.outcome;
  const isBeside = strategyNamed(inputs.strategy).place === 'beside';
  return status === 'promoted' || status === 'first-release' || (status === 'deployed' && !isBeside);
}

async function* annotate(cluster: Annotating['cluster'], workload: string, annotations: Annotating['annotations']): AsyncGenerator<Event> {
  const [namespace = '', name = ''] = workload.split('/');
  const at = deploymentAt({ namespace, name });
  try {
    const live = await cluster.get(at);
    if (live) await cluster.patch(at, operations(live.metadata.annotations, annotations));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    yield { type: 'notice', level: 'warning', text: `Deployment ${workload} has no annotations of this run: ${why}` };
  }
}

/** One by one, so that those of others stay; a map that is not there has to be made first. */
function operations(
  before: Readonly<Record<string, string>> | undefined,
  annotations: Annotating['annotations'],
): readonly PatchOperation[] {
  if (before === undefined) return [{ op: 'add', path: '/metadata/annotations', value: annotations }];
  return Object.entries(annotations).map(([name, value]) => ({
    op: 'add',
    path: `/metadata/annotations/${escaped(name)}`,
    value,
  }));
}
