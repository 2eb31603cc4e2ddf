/** Pods of a rejected version that do not get ready hold a StatefulSet up: its controller waits for them before it goes on to the next. */
import { RolloutError } from '../../errors.ts';
import { selectorQuery } from '../../manifests/isolate.ts';
import { at, record, text } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { isSameTemplate, toJson } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import { condition, isObserved } from '../../readiness/seen.ts';
import { STATEFUL_SET } from '../../workloads/stateful-set.ts';
import { revisionsOf } from '../../workloads/workload.ts';
import { removeKnown } from '../races/remove.ts';
import type { Session } from '../session.ts';

/** Whose pods may go, and what has to hold before each write. */
export interface Way {
  readonly rejected: readonly JsonObject[];
  guard(): Promise<void>;
}

/** Looks at a StatefulSet and its pods, and deletes at most one pod that is in the way. No pod is deleted twice, however often this is called. */
export type ClearWay = (set: KubeObject, pods: readonly KubeObject[]) => Promise<void>;

/**
 * Makes the look. A pod goes only when the controller has seen the old template again, the pod is not ready, and its revision holds one of the
 * rejected templates. Whoever may not read revisions or delete pods is told which pod it is.
 */
export function clearWay(session: Session, { rejected, guard }: Way): ClearWay {
  const gone = new Set<string>();
  return async (set, pods) => {
    const [pod] = inTheWay(set, pods).filter(({ metadata }) => !gone.has(metadata.uid ?? ''));
    if (!pod) return;
    try {
      if (!(await isRejected(session, set, { pod, rejected }))) return;
      await guard();
      gone.add(pod.metadata.uid ?? '');
      await remove(session, pod);
    } catch (error) {
      leave(session, pod, error);
    }
  };
}

async function remove(session: Session, pod: KubeObject): Promise<void> {
  if ((await removeKnown(session, { ref: refOf(pod), uid: pod.metadata.uid })) === 'replaced') return;
  tell(session, `${nameOf(refOf(pod))} of the rejected version is not ready and blocked the old one: it was deleted.`);
}

/** A login that may not check or delete the pod is told which pod it leaves. */
function leave(session: Session, pod: KubeObject, error: unknown): void {
  if (!(error instanceof RolloutError) || error.code !== 'FORBIDDEN') throw error;
  tell(session, heldUp(pod, error));
}

const tell = (session: Session, words: string): void => session.emit({ type: 'notice', level: 'warning', text: words });

const heldUp = (pod: KubeObject, { message }: RolloutError): string =>
  `${nameOf(refOf(pod))} may block the old version, and this login may not check or delete it (${message}): kubectl delete pod ${pod.metadata.name} -n ${pod.metadata.namespace ?? ''}`;

const { hash } = STATEFUL_SET.revisions;

/** Pods of another revision than the one that comes that are not ready, the highest number first, as the controller goes. */
function inTheWay(set: KubeObject, pods: readonly KubeObject[]): readonly KubeObject[] {
  const coming = text(at(set, 'status.updateRevision'));
  if (!isObserved(set) || coming === '') return [];
  return pods
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid))
    .filter(pod => pod.metadata.deletionTimestamp === undefined && condition(pod, 'Ready')?.status !== 'True')
    .filter(({ metadata }) => (metadata.labels?.[hash] ?? coming) !== coming)
    .toSorted((a, b) => numberOf(b) - numberOf(a));
}

const numberOf = ({ metadata }: KubeObject): number => Number(metadata.name.split('-').at(-1));

async function isRejected(
  { cluster }: Session,
  set: KubeObject,
  { pod, rejected }: { readonly pod: KubeObject; readonly rejected: readonly JsonObject[] },
): Promise<boolean> {
  const { namespace = '' } = set.metadata;
  const revisions = await cluster.list({ ...revisionsOf(STATEFUL_SET), namespace, labels: selectorQuery(set.spec) });
  const own = revisions.find(({ metadata }) => metadata.name === pod.metadata.labels?.[hash]);
  if (!own?.metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid)) return false;
  const { $patch: _patch, ...template } = record(at(own, 'data.spec.template'));
  return rejected.some(other => isSameTemplate(other, toJson(template)));
}
