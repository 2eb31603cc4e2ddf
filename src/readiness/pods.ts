import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { why } from './pod.ts';
import { condition, type Seen, staying, told } from './seen.ts';

type Failing = Extract<Readiness, { readonly state: 'failing' }>;

/** The pod for which waiting helps least, as a failing state of its workload; null when none is beyond help. */
export function failingPod(name: string, pods: readonly KubeObject[], { events }: Seen): Failing | null {
  const beyond = staying(pods).flatMap(pod => {
    const found = why(pod, events);
    return found?.failing === undefined ? [] : [{ text: `${name}: ${found.text}`, ...found.failing }];
  });
  const [worst] = beyond.sort((a, b) => a.graceSeconds - b.graceSeconds);
  return worst === undefined ? null : { state: 'failing', ...worst };
}

/** What still runs is worth waiting for: a slow roll under a tight quota makes its way pod by pod. */
const stillSeconds = 5;
const refusalGraceSeconds = 30;
const ruleGraceSeconds = 5;

/** A rule of admission stands; room in a quota, an account or a webhook may come. */
const refusalGrace = (message: string): number =>
  /violates PodSecurity|denied the request|is invalid/.test(message) ? ruleGraceSeconds : refusalGraceSeconds;

/** New pods are refused (quota, admission, validation) and nothing has moved lately. */
export function refusedPods(workload: KubeObject, { events, now }: Seen): Failing | null {
  const message = refusal(workload, events);
  const moved = condition(workload, 'Progressing')?.updatedAt ?? 0;
  if (message === null || now - moved < stillSeconds * 1000) return null;
  return {
    state: 'failing',
    text: `${workload.metadata.name}: ${message}`,
    hint: refusalHint(message),
    graceSeconds: refusalGrace(message),
  };
}

/** The API server's words on why no pod can be made for the workload, or null. */
export function refusal(workload: KubeObject, events: readonly KubeObject[]): string | null {
  const failure = condition(workload, 'ReplicaFailure');
  if (failure?.status === 'True') return `${failure.reason}: ${failure.message}`;
  const last = told(workload, events).find(({ reason }) => reason === 'FailedCreate' || reason === 'SuccessfulCreate');
  return last?.reason === 'FailedCreate' ? `FailedCreate: ${last.message}` : null;
}

function refusalHint(message: string): string {
  if (/exceeded quota/.test(message)) return 'Make room in the quota, or ask for fewer replicas or smaller requests.';
  if (/serviceaccount/i.test(message)) return 'Create the ServiceAccount that the pods name, or correct the name.';
  return 'Change the pod template so that the cluster admits it.';
}
