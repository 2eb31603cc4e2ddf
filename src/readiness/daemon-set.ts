import { at, number, text as textOf } from '../manifests/json.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { why } from './pod.ts';
import { failingPod, refusedPods } from './pods.ts';
import { condition, isObserved, type Seen } from './seen.ts';

/** A DaemonSet is ready when every node that wants a pod has an available one of the current template. With OnDelete pods keep theirs. */
export function daemonSet(object: KubeObject, seen: Seen): Readiness {
  const { name } = object.metadata;
  if (!isObserved(object)) return { state: 'waiting', text: `${name}: the controller has not observed the change yet` };
  const onDelete = at(object, 'spec.updateStrategy.type') === 'OnDelete';
  const wanted = number(at(object, 'status.desiredNumberScheduled'));
  const available = number(at(object, 'status.numberAvailable'));
  const updated = onDelete ? wanted : number(at(object, 'status.updatedNumberScheduled'));
  const remark = onDelete ? ' (OnDelete: a pod takes the new template when it is deleted)' : '';
  if (updated >= wanted && available >= wanted) return { state: 'ready', text: `${name}: ${wanted} of ${wanted} pods ready${remark}` };
  const waiting = `${name}: ${updated} of ${wanted} pods updated, ${available} ready`;
  return failingPod(name, currentPods(object, seen), seen) ?? refusedPods(object, seen) ?? heldUp(waiting, seen);
}

/** A pod may take so long to get ready, or to go when its grace period is over, before its node is named. */
const PATIENT_MILLISECONDS = 30_000;
/** Nodes that are named; of more there is a number. */
const MOST_NODES = 3;

/** A node that does not answer takes up what may be unavailable, and nothing else tells which one it is. */
function heldUp(text: string, seen: Seen): Readiness {
  const nodes = seen.pods.flatMap(pod => {
    const cause = whyHeld(pod, seen);
    const node = textOf(at(pod, 'spec.nodeName'));
    return cause === null || node === '' ? [] : [{ node, cause }];
  });
  const [first] = nodes;
  if (!first) return { state: 'waiting', text };
  const named = nodes.slice(0, MOST_NODES).map(({ node, cause }) => `${node} (${cause})`);
  const others = nodes.length > MOST_NODES ? ` and ${nodes.length - MOST_NODES} more` : '';
  return {
    state: 'waiting',
    text: `${text}; held up on ${named.join(', ')}${others}`,
    hint: `Check the node: kubectl describe node ${first.node}. One that does not answer takes up maxUnavailable, so that no other pod is replaced: bring it back, remove it (kubectl delete node ${first.node}), or raise updateStrategy.rollingUpdate.maxUnavailable.`,
  };
}

function whyHeld(pod: KubeObject, { events, now }: Seen): string | null {
  const { name, deletionTimestamp } = pod.metadata;
  const isLate = (since: number): boolean => since > 0 && now - since > PATIENT_MILLISECONDS;
  if (deletionTimestamp !== undefined) return isLate(Date.parse(deletionTimestamp)) ? `pod ${name} does not end` : null;
  return isLate(condition(pod, 'Ready')?.updatedAt ?? 0) ? (why(pod, events)?.text ?? null) : null;
}

/** The controller notes a counter of templates on both sides. */
function currentPods({ metadata }: KubeObject, { pods }: Seen): readonly KubeObject[] {
  const generation = metadata.annotations?.['deprecated.daemonset.template.generation'];
  return generation === undefined
    ? pods
    : pods.filter(pod => (pod.metadata.labels?.['pod-template-generation'] ?? generation) === generation);
}
