/** Pods that the read, or the wait for their Deployment, has just shown: the wait for its endpoints need not list them once more. */
import { at, number, record } from '../../manifests/json.ts';
import { isReady } from '../../manifests/pods.ts';
import { questionOf } from '../../manifests/refs.ts';
import type { Cluster, Collection, KubeObject, Ref } from '../../model/kube.ts';
import type { Time } from '../../model/time.ts';
import { readiness } from '../../readiness/index.ts';
import { staying } from '../../readiness/seen.ts';
import { DEPLOYMENT, isDeployment } from '../../workloads/deployment.ts';
import type { Session } from '../session.ts';
import { isMeant, labelQuery } from '../watches/label-query.ts';
import type { Targets } from '../watches/targets.ts';
import type { Snapshot } from '../watches/watching.ts';

/**
 * Takes note of a Deployment's pods. The watch of the Deployment and that of its pods may show two moments: only where as many
 * pods are ready as the Deployment counts, all of one template, its ready pods are known to be these.
 */
export function noteReadyPods({ cluster, trail }: Session, { pods: of }: Targets, { object = [], pods = [] }: Snapshot): void {
  const { ready, templates } = readyIn(pods);
  const isWhole = object.every(one => isDeployment(one) && number(one.status?.readyReplicas) === ready.length);
  if (of && templates.size === 1 && isWhole) trail.pods.set(questionOf(of), { at: cluster.time.elapsed(), pods });
}

/** Those that are ready, and of which templates. */
function readyIn(pods: readonly KubeObject[]) {
  const ready = staying(pods).filter(isReady);
  return { ready, templates: new Set(ready.map(({ metadata }) => metadata.labels?.[DEPLOYMENT.revisions.hash])) };
}

/** The session's cluster, which takes note of the pods of a whole namespace when they are listed. */
export function notingPods({ cluster, trail }: Pick<Session, 'cluster' | 'trail'>): Cluster {
  const list: Cluster['list'] = async of => {
    const at = cluster.time.elapsed();
    const pods = await cluster.list(of);
    if (of.kind === 'Pod' && of.labels === undefined && of.fields === undefined) trail.listed.set(of.namespace, { at, pods });
    return pods;
  };
  return { ...cluster, list };
}

/** The session whose watches begin with the pods that are known; whoever wants more than these gets the cluster's own watch. */
export function knowingPods(session: Session): Session {
  const { cluster } = session;
  const watch: typeof cluster.watch = (of, signal, only) => {
    const known = knownPods(session, of);
    return known ? following(known, () => cluster.watch(of, signal), { signal, time: cluster.time }) : cluster.watch(of, signal, only);
  };
  return { ...session, cluster: { ...cluster, watch } };
}

/** So long known pods stand for all that are ready: one that has gone since is no endpoint any more, and one that is new gets no request yet. */
const KNOWN_MILLISECONDS = 10_000;

function knownPods(session: Session, of: Ref | Collection): readonly KubeObject[] | null {
  if ('name' in of || of.kind !== 'Pod') return null;
  const { cluster, trail } = session;
  const isFresh = ({ at }: { readonly at: number }): boolean => cluster.time.elapsed() - at < KNOWN_MILLISECONDS;
  const awaited = trail.pods.get(questionOf(of));
  if (awaited && isFresh(awaited)) return awaited.pods;
  const listed = trail.listed.get(of.namespace);
  return listed && isFresh(listed) ? podsListed(session, of, listed.pods) : null;
}

/** Of pods that were listed with all others: where their Deployments are complete as they were read or written last, and count as many that are ready. */
function podsListed({ seen }: Session, of: Collection, all: readonly KubeObject[]): readonly KubeObject[] | null {
  const query = labelQuery(of.labels);
  if (query === null) return null;
  const deployments = [...seen.values()].filter(
    object =>
      isDeployment(object) &&
      object.metadata.namespace === of.namespace &&
      isMeant(query, record(at(object, 'spec.template.metadata.labels')) as Readonly<Record<string, string>>),
  );
  const pods = all.filter(({ metadata }) => isMeant(query, metadata.labels));
  const { ready, templates } = readyIn(pods);
  const isComplete = deployments.every(one => readiness(one, { pods: [], events: [], now: 0 }).state === 'ready');
  const counted = deployments.reduce((sum, { status }) => sum + number(status?.readyReplicas), 0);
  return isComplete && counted === ready.length && templates.size === deployments.length ? pods : null;
}

/** So long endpoints may take to follow pods that are ready. */
const PATIENCE_MILLISECONDS = 1000;

interface Pace {
  readonly signal: AbortSignal;
  readonly time: Time;
}

/** Pods that are known are looked at anew only where their endpoints do not come. */
async function* following(
  first: readonly KubeObject[],
  watch: () => AsyncIterable<readonly KubeObject[]>,
  { signal, time }: Pace,
): AsyncGenerator<readonly KubeObject[]> {
  yield first;
  if (!signal.aborted) await moment(time, signal);
  if (!signal.aborted) yield* watch();
}

function moment(time: Time, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = time.after(PATIENCE_MILLISECONDS, end);
    signal.addEventListener('abort', end);
  });
}
