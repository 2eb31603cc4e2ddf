/** What controllers keep of the templates of workloads, whichever kind keeps it, in the shape of a Deployment's: a template and a number each. */
import { together } from '../execute/together.ts';
import { at, number, record } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { isSameTemplate, templateOf, toJson } from '../manifests/template.ts';
import type { Cluster, KubeObject } from '../model/kube.ts';
import { asRevision, revisionOf, revisionTemplate, setsOf } from '../plan/world/revisions.ts';
import { newestReplicaSet } from '../readiness/deployment.ts';
import { DEPLOYMENT, isDeployment } from '../workloads/deployment.ts';
import { allOf, revisionsOf, type Workload } from '../workloads/workload.ts';

/** The workloads of a kind in a namespace, ours among them, and their revisions. */
export interface Kept {
  readonly workloads: readonly KubeObject[];
  readonly revisions: readonly KubeObject[];
}

/**
 * Reads them.
 * @throws RolloutError FORBIDDEN, UNREACHABLE.
 */
export async function keptIn(row: Workload, namespace: string, cluster: Cluster): Promise<Kept> {
  const [workloads, revisions] = await together([
    cluster.list({ ...allOf(row), namespace }),
    cluster.list({ ...revisionsOf(row), namespace }),
  ]);
  // ControllerRevisions of StatefulSets and DaemonSets are of one kind.
  const own = revisions.filter(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === row.kind));
  return { workloads, revisions: own.map(shaped) };
}

/** Those that are the user's. */
export const usersOwn = (workloads: readonly KubeObject[]): readonly KubeObject[] => workloads.filter(each => !isOurs(each));

/** What keeps the pods of a template is a ReplicaSet with the template in it, or holds the patch that brings it back. */
function shaped(revision: KubeObject): KubeObject {
  if (revision.kind === DEPLOYMENT.revisions.kind) return revision;
  const { $patch: _patch, ...template } = record(at(revision, 'data.spec.template'));
  return asRevision({ ...revision, spec: { template: toJson(template) } }, number(revision.revision));
}

/** The revision that a workload runs, or is on its way to; null where its controller has not made it yet. */
export function runningOf(live: KubeObject, revisions: readonly KubeObject[]): KubeObject | null {
  if (isDeployment(live)) return newestReplicaSet(live, revisions);
  const equal = setsOf(live, revisions).filter(each => isSameTemplate(revisionTemplate(each), templateOf(live)));
  return newestFirst(equal)[0] ?? null;
}

/** The release before, which no restart and no container of ours makes: the newest revision that is another one where ControllerRevisions keep them, since what is gone back to gets the newest number. */
export function beforeOf(live: KubeObject, revisions: readonly KubeObject[]): KubeObject | undefined {
  const now = runningOf(live, revisions);
  const others = setsOf(live, revisions).filter(
    each => each.metadata.uid !== now?.metadata.uid && !isSameTemplate(revisionTemplate(each), templateOf(live)),
  );
  const isOlder = (each: KubeObject): boolean => !isDeployment(live) || revisionOf(each) < revisionOf(live);
  return newestFirst(others.filter(isOlder))[0];
}

/** The newest number first. */
export const newestFirst = (revisions: readonly KubeObject[]): readonly KubeObject[] =>
  revisions.toSorted((a, b) => revisionOf(b) - revisionOf(a));
