/** The revisions that workloads keep. Reads only. */
import { RolloutError } from '../errors.ts';
import { together } from '../execute/together.ts';
import { number, record, text } from '../manifests/json.ts';
import type { HistoryView, RevisionView } from '../model/event.ts';
import { parsedJson } from '../model/json-path.ts';
import type { Cluster, KubeObject } from '../model/kube.ts';
import { imagesOf } from '../plan/words/describe.ts';
import { isByNode, nodeCount } from '../plan/world/pods-by-node.ts';
import { revisionOf, setsOf } from '../plan/world/revisions.ts';
import { DEPLOYMENT } from '../workloads/deployment.ts';
import { workloads as rows } from '../workloads/index.ts';
import { type Kept, keptIn, newestFirst, runningOf, usersOwn } from './kept-revisions.ts';

/** What `history` asks: a namespace, and in it some workloads or, where none is named, all. */
export interface HistoryQuery {
  readonly namespace: string;
  readonly workloads: readonly string[];
}

/**
 * The revisions of each workload that is not ours, the newest first. A login that may not list StatefulSets or DaemonSets sees none of them.
 * @throws RolloutError NOT_FOUND for a workload that is not there.
 */
export async function history({ namespace, workloads }: HistoryQuery, cluster: Cluster): Promise<readonly HistoryView[]> {
  const kept = await together(
    rows.map(row =>
      keptIn(row, namespace, cluster).catch(error => (row === DEPLOYMENT ? Promise.reject(error) : noneWhereForbidden(error))),
    ),
  );
  const own = usersOwn(kept.flatMap(({ workloads: all }) => all));
  const revisions = kept.flatMap(each => each.revisions);
  const missing = workloads.filter(name => !own.some(({ metadata }) => metadata.name === name));
  if (missing.length > 0 || (own.length === 0 && workloads.length === 0)) throw absent(namespace, missing, own);
  const meant = workloads.length === 0 ? own : own.filter(({ metadata }) => workloads.includes(metadata.name));
  return meant
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(live => ({ namespace, workload: live.metadata.name, revisions: keptOf(live, revisions) }));
}

function noneWhereForbidden(error: unknown): Kept {
  if (error instanceof RolloutError && error.code === 'FORBIDDEN') return { workloads: [], revisions: [] };
  throw error;
}

function absent(namespace: string, missing: readonly string[], own: readonly KubeObject[]): RolloutError {
  const names = own.map(({ metadata }) => metadata.name).sort();
  return new RolloutError(
    'NOT_FOUND',
    `Namespace ${namespace} has no Deployment, StatefulSet or DaemonSet${missing.length > 0 ? ` ${missing.join(', ')}` : ''}${names.length > 0 ? `; it has ${names.join(', ')}` : ''}.`,
    'Correct the names, or set the namespace of the application (--namespace) or another context.',
  );
}

function keptOf(live: KubeObject, sets: readonly KubeObject[]): readonly RevisionView[] {
  const now = runningOf(live, sets);
  const kept = newestFirst(setsOf(live, sets));
  return kept.map(set => ({
    revision: revisionOf(set),
    isRunning: set.metadata.uid === now?.metadata.uid,
    images: imagesOf(set).map(text),
    cause: set.metadata.annotations?.['kubernetes.io/change-cause'] ?? null,
    run: runOf(set.metadata.annotations ?? {}),
    createdAt: set.metadata.creationTimestamp ?? null,
    pods: isByNode(live) ? nodesOf(live, kept.indexOf(set)) : podsOf(live, set),
  }));
}

/** A DaemonSet says of its pods how many have the newest template: the others have the one before. */
function nodesOf(live: KubeObject, age: number): number {
  const updated = number(live.status?.updatedNumberScheduled);
  return [updated, nodeCount(live) - updated][age] ?? 0;
}

/** The pods of a revision: a ReplicaSet's own, or what the StatefulSet says of it. */
function podsOf({ status }: KubeObject, revision: KubeObject): number {
  if (revision.spec?.replicas !== undefined) return number(revision.spec.replicas);
  if (revision.metadata.name === status?.updateRevision) return number(status.updatedReplicas);
  return revision.metadata.name === status?.currentRevision ? number(status.currentReplicas) : 0;
}

type Annotations = Readonly<Record<string, string>>;

/** Who deployed a revision, by what `annotate`, KubernetesManifest or Azure/k8s-deploy noted of it; null where nobody did. */
function runOf(annotations: Annotations): string | null {
  const { 'azure-pipelines/run': azure, 'azure-pipelines/pipeline': pipeline } = annotations;
  if (azure !== undefined) return `run ${azure}${pipeline === undefined ? '' : ` of ${pipeline.replaceAll('"', '')}`}`;
  const noted = record(parsedJson(annotations['actions.github.com/k8s-deploy'] ?? ''));
  const [run, workflow] = [text(noted.run), text(noted.workflow)];
  return run === '' ? null : `run ${run}${workflow === '' ? '' : ` of ${workflow}`}`;
}
