import { at, text } from '../manifests/json.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { apiService } from './api-service.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { hasEnded, job } from './job.ts';
import { why } from './pod.ts';
import { condition, type Seen } from './seen.ts';
import { statefulSet } from './stateful-set.ts';

type Judge = (object: KubeObject, seen: Seen) => Readiness;

/** The kinds that need time, by group and kind. */
const judges: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['apps/Deployment', deployment],
  ['apps/StatefulSet', statefulSet],
  ['apps/DaemonSet', daemonSet],
  ['batch/Job', job],
  ['/Pod', pod],
  ['/Namespace', namespace],
  ['apiextensions.k8s.io/CustomResourceDefinition', definition],
  ['apiregistration.k8s.io/APIService', apiService],
]);

/** How far the live object is from being ready; kinds that need no time are ready at once. */
export function readiness(object: KubeObject, seen: Seen): Readiness {
  const { name, deletionTimestamp } = object.metadata;
  const judge = judgeOf(object);
  if (judge !== undefined && object.kind !== 'Namespace' && deletionTimestamp !== undefined && !hasEnded(object))
    return { state: 'waiting', text: `${name}: is being deleted` };
  return judge?.(object, seen) ?? { state: 'ready', text: `${name}: nothing to wait for` };
}

/** Whether objects of this kind need time to become ready. */
export function awaited(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return judgeOf(object) !== undefined;
}

function judgeOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Judge | undefined {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return judges.get(`${group}/${kind}`);
}

function pod(object: KubeObject, { events }: Seen): Readiness {
  const { name } = object.metadata;
  const cause = why(object, events);
  if (cause === null) return { state: 'ready', text: `${name}: ready` };
  if (at(object, 'status.phase') === 'Failed')
    return { state: 'failing', text: cause.text, hint: 'Delete the pod, so that it is created again.', graceSeconds: 0 };
  return cause.failing === undefined ? { state: 'waiting', text: cause.text } : { state: 'failing', text: cause.text, ...cause.failing };
}

/** A namespace that goes away takes everything in it along and never comes back to life. */
function namespace(object: KubeObject): Readiness {
  const { name, deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined || at(object, 'status.phase') === 'Terminating') {
    return {
      state: 'failing',
      text: `namespace ${name} is being deleted`,
      hint: 'Wait until it is gone, then run again.',
      graceSeconds: 0,
    };
  }
  return at(object, 'status.phase') === 'Active'
    ? { state: 'ready', text: `namespace ${name}: active` }
    : { state: 'waiting', text: `namespace ${name}: not active yet` };
}

function definition(object: KubeObject): Readiness {
  const { name } = object.metadata;
  if (condition(object, 'Established')?.status === 'True') return { state: 'ready', text: `${name}: established` };
  const names = condition(object, 'NamesAccepted');
  if (names?.status !== 'False') return { state: 'waiting', text: `${name}: not established yet` };
  return {
    state: 'failing',
    text: `${name}: ${text(names.reason)}: ${names.message}`,
    hint: 'Choose names that no other definition has.',
    graceSeconds: 0,
  };
}
