import { at, number, record, same } from '../manifests/json.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { DEPLOYMENT } from '../workloads/deployment.ts';
import { failingPod, refusedPods } from './pods.ts';
import { condition, isObserved, type Seen } from './seen.ts';

/** A Deployment is ready when all its pods, and no others, are of the current template and available. */
export function deployment(object: KubeObject, seen: Seen): Readiness {
  const { name, namespace = 'default' } = object.metadata;
  if (!isObserved(object)) return { state: 'waiting', text: `${name}: the controller has not observed the change yet` };
  const counts = countsOf(object);
  if (isComplete(counts)) return { state: 'ready', text: `${name}: ${counts.wanted} of ${counts.wanted} pods ready` };
  if (at(object, 'spec.paused') === true)
    return {
      state: 'waiting',
      text: `${name}: the rollout is paused (kubectl rollout resume goes on)`,
      hint: `Run kubectl rollout resume deployment/${name} -n ${namespace}, and remove paused: true from the file if it has it. Then run this again.`,
    };
  return (
    failingPod(name, newestPods(object, seen), seen) ??
    refusedPods(object, seen) ??
    deadline(object) ?? { state: 'waiting', text: progress(name, counts) }
  );
}

/** The pods of the Deployment's current template, where the ReplicaSets are known; otherwise all. */
export function newestPods(object: KubeObject, { pods, replicaSets }: Seen): readonly KubeObject[] {
  if (replicaSets === undefined) return pods;
  const newest = newestReplicaSet(object, replicaSets);
  const hash = newest?.metadata.labels?.[templateLabel];
  return hash === undefined ? [] : pods.filter(pod => pod.metadata.labels?.[templateLabel] === hash);
}

/** The ReplicaSet that runs the Deployment's current template: of several the oldest, as the controller chooses; null when there is none yet. */
export function newestReplicaSet(object: KubeObject, replicaSets: readonly KubeObject[]): KubeObject | null {
  const template = at(object, 'spec.template');
  const equal = replicaSets.filter(set => isOwned(set, object) && same(withoutHash(at(set, 'spec.template')), withoutHash(template)));
  const [oldest] = equal.sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''));
  return oldest ?? null;
}

interface Counts {
  readonly wanted: number;
  readonly total: number;
  readonly updated: number;
  readonly available: number;
}

const templateLabel = DEPLOYMENT.revisions.hash;

function countsOf({ spec, status }: KubeObject): Counts {
  return {
    wanted: number(spec?.replicas, 1),
    total: number(status?.replicas),
    updated: number(status?.updatedReplicas),
    available: number(status?.availableReplicas),
  };
}

function isComplete({ wanted, total, updated, available }: Counts): boolean {
  return updated === wanted && total === wanted && available === wanted;
}

/** A condition from before a change of the count may stand for a moment. */
const deadlineGraceSeconds = 5;

function deadline(object: KubeObject): Readiness | null {
  const progressing = condition(object, 'Progressing');
  if (progressing?.reason !== 'ProgressDeadlineExceeded') return null;
  const text = `${object.metadata.name}: ProgressDeadlineExceeded: ${progressing.message}`;
  return {
    state: 'failing',
    text,
    hint: 'Find out why its pods do not become ready, or raise progressDeadlineSeconds.',
    graceSeconds: deadlineGraceSeconds,
  };
}

/** While old pods run, `available` counts them too. */
function progress(name: string, { wanted, total, updated, available }: Counts): string {
  const old = total - updated;
  if (updated < wanted || old > 0)
    return `${name}: ${updated} of ${wanted} pods updated${old > 0 ? `, ${old} to go` : ''}, ${available} ready`;
  return `${name}: ${available} of ${wanted} pods ready`;
}

function isOwned(set: KubeObject, { metadata }: KubeObject): boolean {
  const owner = set.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined || metadata.uid === undefined || owner.uid === metadata.uid;
}

function withoutHash(template: unknown): unknown {
  const { [templateLabel]: _hash, ...labels } = record(at(template, 'metadata.labels'));
  const { creationTimestamp: _created, ...metadata } = record(at(template, 'metadata'));
  return { ...record(template), metadata: { ...metadata, labels } };
}
