import { at, text } from '../manifests/json.ts';
import { isReady } from '../manifests/pods.ts';
import type { KubeObject } from '../model/kube.ts';
import { whyUnclaimed } from './claims.ts';
import { type Cause, whyContainers, words } from './container.ts';
import { condition, told } from './seen.ts';

/** Why a pod is not ready; `text` names the pod, and the container where it is about one. */
export interface Why extends Cause {
  readonly text: string;
  readonly container?: string;
}

/** Why the pod is not ready, in the cluster's own words, or null when it is (or has done its work, or goes away). */
export function why(pod: KubeObject, events: readonly KubeObject[]): Why | null {
  if (pod.metadata.deletionTimestamp !== undefined || isReady(pod) || at(pod, 'status.phase') === 'Succeeded') return null;
  const contained = wasEvicted(pod) ? null : whyContainers(pod, pulling(pod, events));
  if (contained !== null) return { ...contained, text: `pod ${pod.metadata.name}, container ${contained.container}: ${say(contained)}` };
  const cause = whyEnded(pod) ?? whyUnscheduled(pod, events) ?? whyNotStarted(pod, events) ?? whyNotReady(pod, events);
  return { ...cause, text: `pod ${pod.metadata.name}: ${say(cause)}` };
}

/** What the kubelet said last of an image that it could not pull. */
const pulling = (pod: KubeObject, events: readonly KubeObject[]): string =>
  told(pod, events).find(({ reason, message }) => reason === 'Failed' && message.startsWith('Failed to pull image'))?.message ?? '';

/** A cause in one sentence. */
export function say({ reason, detail }: Cause): string {
  return detail === '' ? reason : `${reason}: ${detail}`;
}

/** Evicted, preempted or refused by the kubelet: what its containers say afterwards does not count. */
function wasEvicted(pod: KubeObject): boolean {
  return at(pod, 'status.phase') === 'Failed' && text(at(pod, 'status.reason')) !== '';
}

/** A controller replaces such a pod, so that it says nothing about the next. */
function whyEnded(pod: KubeObject): Cause | null {
  if (at(pod, 'status.phase') !== 'Failed') return null;
  return { reason: text(at(pod, 'status.reason')) || 'Failed', detail: words(text(at(pod, 'status.message'))) };
}

function whyUnscheduled(pod: KubeObject, events: readonly KubeObject[]): Cause | null {
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled === null || scheduled.status === 'True') return null;
  // An autoscaler that is asked for a node refuses such a pod too, while its volume is only being made.
  const unclaimed = whyUnclaimed(pod, scheduled.message, events);
  if (unclaimed !== null) return unclaimed;
  const cause = { reason: scheduled.reason || 'Unschedulable', detail: words(scheduled.message) };
  const refusal = told(pod, events).find(({ reason }) => ['NotTriggerScaleUp', 'TriggeredScaleUp', 'Nominated'].includes(reason));
  const taken = refusal === undefined ? TAKEN.find(({ says }) => says.test(scheduled.message)) : undefined;
  if (taken) return { ...cause, failing: { graceSeconds: takenGraceSeconds, hint: taken.hint } };
  if (refusal?.reason !== 'NotTriggerScaleUp') return cause;
  return { ...cause, detail: words(`${cause.detail} (autoscaler: ${refusal.message})`), failing: { graceSeconds: 0, hint: scheduleHint } };
}

/** A pod before it may be about to give up what it holds. */
const takenGraceSeconds = 60;
const claimHint =
  'Let the pod that holds the claim terminate first (strategy Recreate in the file, or the input strategy: recreate), or give every pod its own claim.';

/** What another pod holds, and keeps. */
const TAKEN: readonly { readonly says: RegExp; readonly hint: string }[] = [
  {
    says: /free ports for the requested pod ports/,
    hint: 'Every suitable node already has a pod on this hostPort: leave hostPort out and use a Service, run fewer pods than nodes, or let the old pods go first (maxSurge: 0 in the file with strategy: none, or strategy: recreate).',
  },
  { says: /ReadWriteOncePod/, hint: claimHint },
];

const scheduleHint = 'Lower the requests, correct the node selector, affinity or tolerations, or let the autoscaler add suitable nodes.';
const mountGraceSeconds = 60;
const startFaults = ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox', 'FailedMapVolume'];

/** On a node, no container yet: volumes and the sandbox are told by events alone. */
function whyNotStarted(pod: KubeObject, events: readonly KubeObject[]): Cause | null {
  if (at(pod, 'status.phase') === 'Running') return null;
  const fault = told(pod, events).find(({ reason }) => startFaults.includes(reason));
  if (fault === undefined)
    return {
      reason: 'Starting',
      detail: condition(pod, 'PodScheduled') === null ? 'not yet on a node' : 'the containers are being created',
    };
  const cause = { reason: fault.reason, detail: words(fault.message) };
  if (/Multi-Attach error/.test(fault.message)) return { ...cause, failing: { graceSeconds: takenGraceSeconds, hint: claimHint } };
  if (!/(configmap|secret|persistentvolumeclaim|key).* (not found|non-existent)|non-existent config key/i.test(fault.message)) return cause;
  return {
    ...cause,
    failing: { graceSeconds: mountGraceSeconds, hint: 'Create the ConfigMap, Secret or claim that the volume names, or correct the name.' },
  };
}

function whyNotReady(pod: KubeObject, events: readonly KubeObject[]): Cause {
  const last = told(pod, events).find(({ reason }) => ['Unhealthy', 'NodeNotReady'].includes(reason));
  if (last !== undefined) return { reason: last.reason, detail: words(last.message) };
  const ready = condition(pod, 'Ready');
  return { reason: 'NotReady', detail: words(ready?.message || 'the containers run, the pod is not ready yet') };
}
