/** What files that are applied in place rest on. */
import { isChangedBy, isSettled } from '../../manifests/owned.ts';
import { recordsOf } from '../../manifests/record.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { Collection, KubeObject } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { DEPLOYMENT, isDeployment } from '../../workloads/deployment.ts';
import { isStatefulSet, STATEFUL_SET } from '../../workloads/stateful-set.ts';
import { noteAll, type Session } from '../session.ts';
import { together } from '../together.ts';
import { untilAnswered } from '../unanswered.ts';
import { refuseOldServer } from './old-server.ts';

/** The records beside the files' workloads. */
export async function recordsBeside({ cluster }: Session, files: readonly KubeObject[]): Promise<readonly KubeObject[]> {
  const workloads = files.filter(object => isDeployment(object) || isStatefulSet(object));
  const namespaces = [...new Set(workloads.flatMap(({ metadata }) => metadata.namespace ?? []))];
  return (await together(namespaces.map(namespace => cluster.list(recordsOf(namespace))))).flat();
}

/** Takes note of what an apply has to respect (autoscalers, counts), and of what tells afterwards whether anything changed. */
export async function readFiles(session: Session, files: readonly KubeObject[]): Promise<void> {
  const { cluster } = session;
  const named = files.filter(({ metadata }) => metadata.name);
  const began = cluster.time.elapsed();
  const [listed, single] = await together([
    together(listsFor(named).map(of => cluster.list(of))),
    together(named.filter(object => !isListed(object)).map(object => untilAnswered(session, () => cluster.get(refOf(object))))),
    refuseOldServer(cluster),
  ]);
  noteAll(
    session,
    [...listed.flat(), ...single].flatMap(object => object ?? []),
    began,
  );
}

function listsFor(files: readonly KubeObject[]): readonly Collection[] {
  const lists = new Map<string, Collection>(
    files
      .filter(isListed)
      .map(({ apiVersion, kind, metadata: { namespace } }) => [
        `${kind} ${namespace ?? ''}`,
        { apiVersion, kind, ...(namespace ? { namespace } : {}) },
      ]),
  );
  const scaled = files.filter(({ kind }) => kind === DEPLOYMENT.kind || kind === STATEFUL_SET.kind);
  for (const namespace of scaled.flatMap(({ metadata }) => metadata.namespace ?? []))
    lists.set(`HorizontalPodAutoscaler ${namespace}`, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace });
  return [...lists.values()];
}

/** One list is cheaper than many reads; Secrets are read one by one, so that no more of them than needed are seen. */
const isListed = ({ kind }: KubeObject): boolean =>
  [DEPLOYMENT.kind, STATEFUL_SET.kind, 'Service', 'ConfigMap', 'HorizontalPodAutoscaler'].includes(kind);

/** Whether the release is what stands: an apply would change nothing. */
export async function areInPlace(session: Session, applies: readonly Operation[]): Promise<boolean> {
  const answers = await together(applies.map(operation => isInPlace(session, operation)));
  return answers.every(answer => answer);
}

async function isInPlace({ seen, cluster }: Session, operation: Operation): Promise<boolean> {
  if (operation.do !== 'apply') return false;
  const { object, keepLive, force } = operation;
  const live = seen.get(keyOf(refOf(object)));
  if (!live) return false;
  if (isSettled(object, live)) return true;
  const outcome = await cluster.apply(object, { dryRun: true, keepLive, force }).catch(() => null);
  return outcome !== null && !isChangedBy(live, outcome);
}
