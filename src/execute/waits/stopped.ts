import { RolloutError } from '../../errors.ts';
import { selectorQuery } from '../../manifests/isolate.ts';
import { at, number, text } from '../../manifests/json.ts';
import { keyOf, nameOf } from '../../manifests/refs.ts';
import type { Readiness } from '../../model/event.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';
import { revisionsOf } from '../../workloads/workload.ts';
import type { Session } from '../session.ts';
import { until } from '../watches/until.ts';
import type { Snapshot } from '../watches/watching.ts';

/** Which Deployment's pods have to be gone; those of one template may be there. */
export interface Stopped {
  readonly ref: Ref;
  /** The `pod-template-hash` of pods that may run: what comes next. Absent: none may, and nobody may start any. */
  readonly next?: string;
}

/**
 * Waits until no pod of a Deployment runs any more, those included that are being terminated: until its last process has ended, a pod runs.
 * @throws RolloutError NOT_READY at the timeout, with the pods by name; STABLE_DIFFERS when somebody starts it meanwhile.
 */
export async function awaitStopped(session: Session, stopped: Stopped): Promise<void> {
  const { ref } = stopped;
  const within = ref.namespace ? { namespace: ref.namespace } : {};
  const known = session.seen.get(keyOf(ref)) ?? (await session.cluster.get(ref));
  const labels = selectorQuery(known?.spec);
  const chosen = labels === '' ? within : { ...within, labels };
  const targets = {
    deployment: ref,
    pods: { apiVersion: 'v1', kind: 'Pod', ...chosen },
    replicaSets: { ...revisionsOf(DEPLOYMENT), ...chosen },
  };
  let left: readonly KubeObject[] = [];
  const judge = (snapshot: Snapshot): Readiness => {
    left = running(snapshot, stopped);
    return judged(snapshot, stopped, left);
  };
  await until(session, targets, judge).catch((error: unknown) => {
    const isLate = error instanceof RolloutError && error.code === 'NOT_READY';
    throw isLate ? stuck(error, ref, left) : error;
  });
}

function judged({ deployment = [], replicaSets = [] }: Snapshot, { ref, next }: Stopped, left: readonly KubeObject[]): Readiness {
  const [object] = deployment;
  const own = replicaSets.filter(set => isOwned(set, object));
  if (next === undefined && number(object?.spec?.replicas, 1) > 0 && object) throw startedAgain(ref, number(object.spec?.replicas, 1));
  if (left.length > 0) return { state: 'waiting', text: `${nameOf(ref)}: ${spoken(left)}` };
  const isSettled = next !== undefined || [...deployment, ...own].every(isDown);
  return isSettled
    ? { state: 'ready', text: `${nameOf(ref)}: no pod runs any more` }
    : { state: 'waiting', text: `${nameOf(ref)}: its controllers are not done yet` };
}

/** A controller that has not seen the change yet may still be starting pods that no list shows. */
const isDown = ({ metadata, spec, status }: KubeObject): boolean =>
  number(spec?.replicas, 1) === 0 && number(status?.observedGeneration) >= number(metadata.generation) && number(status?.replicas) === 0;

/** By their ReplicaSets; where one is gone already, by its name, which is the Deployment's and the template's hash. */
function running({ deployment = [], replicaSets = [], pods = [] }: Snapshot, { ref, next }: Stopped): readonly KubeObject[] {
  const own = replicaSets.filter(set => isOwned(set, deployment[0])).map(({ metadata }) => metadata.uid);
  return pods.filter(pod => {
    const owner = pod.metadata.ownerReferences?.find(({ kind }) => kind === DEPLOYMENT.revisions.kind);
    const hash = pod.metadata.labels?.[DEPLOYMENT.revisions.hash];
    const isOwn = owner !== undefined && (own.includes(owner.uid) || owner.name === `${ref.name}-${hash}`);
    const hasEnded = ['Succeeded', 'Failed'].includes(text(at(pod, 'status.phase')));
    return isOwn && !hasEnded && (next === undefined || hash !== next);
  });
}

const isOwned = (set: KubeObject, deployment: KubeObject | undefined): boolean =>
  deployment?.metadata.uid !== undefined && (set.metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid) ?? false);

const MOST_NAMED = 3;

/** "2 pods of the old version still run: web-1 (being terminated), web-2". */
function spoken(pods: readonly KubeObject[]): string {
  const named = pods.slice(0, MOST_NAMED).map(({ metadata, spec }) => {
    const node = text(spec?.nodeName);
    return `${metadata.name}${metadata.deletionTimestamp === undefined ? '' : ` (being terminated${node ? ` on ${node}` : ''})`}`;
  });
  const more = pods.length > MOST_NAMED ? ` and ${pods.length - MOST_NAMED} more` : '';
  return `${pods.length === 1 ? '1 pod still runs' : `${pods.length} pods still run`}: ${named.join(', ')}${more}`;
}

function stuck(error: RolloutError, ref: Ref, left: readonly KubeObject[]): RolloutError {
  const [first] = left;
  const force = first
    ? ` If it certainly no longer runs: kubectl delete pod ${first.metadata.name}${ref.namespace ? ` -n ${ref.namespace}` : ''} --grace-period=0 --force.`
    : '';
  return new RolloutError(
    'NOT_READY',
    error.message.replace('not ready', 'not stopped'),
    `Check why it does not terminate: its grace period, its finalizers, a node that does not answer.${force} Then run the same action again: it resumes from here.`,
    { cause: error },
  );
}

const startedAgain = (ref: Ref, replicas: number): RolloutError =>
  new RolloutError(
    'STABLE_DIFFERS',
    `${nameOf(ref)} was scaled to ${replicas} by somebody else while it was being stopped`,
    'Stop what scales it (an autoscaler that starts from zero, a GitOps controller), then run the same action again: it resumes from here.',
  );
