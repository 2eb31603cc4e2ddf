import { at, number } from '../manifests/json.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { why } from './pod.ts';
import { refusedPods } from './pods.ts';
import { condition, type Seen, staying } from './seen.ts';

/** A Job is ready when it is complete. How often a program may crash is the Job's own affair (backoffLimit). */
export function job(object: KubeObject, seen: Seen): Readiness {
  const { name } = object.metadata;
  if (condition(object, 'Complete')?.status === 'True') return { state: 'ready', text: `${name}: complete` };
  const failed = condition(object, 'Failed');
  if (failed?.status === 'True') {
    const hint = `Check the output of its pods: kubectl logs -l job-name=${name}`;
    return { state: 'failing', text: `${name}: ${failed.reason}: ${failed.message}${lastFault(seen)}`, hint, graceSeconds: 0 };
  }
  if (isSuspended(object)) return { state: 'waiting', text: `${name}: the job is suspended` };
  return neverStarting(name, seen) ?? refusedPods(object, seen) ?? { state: 'waiting', text: progress(object) };
}

/** Whether it is over, well or not: then nothing that happens to it changes how it ended. */
export function hasEnded(object: KubeObject): boolean {
  return object.kind === 'Job' && ['Complete', 'Failed'].some(type => condition(object, type)?.status === 'True');
}

/** Whether it is over, and not well. */
export const hasFailed = (object: KubeObject): boolean => condition(object, 'Failed')?.status === 'True';

/** Whether somebody else is to start it, which may take as long as it likes. */
export function isSuspended(object: KubeObject): boolean {
  return object.kind === 'Job' && at(object, 'spec.suspend') === true;
}

function neverStarting(name: string, { pods, events }: Seen): Readiness | null {
  const causes = staying(pods).map(pod => why(pod, events));
  const found = causes.find(cause => cause?.failing !== undefined && cause.reason !== 'CrashLoopBackOff' && cause.reason !== 'Crashed');
  return found?.failing === undefined ? null : { state: 'failing', text: `${name}: ${found.text}`, ...found.failing };
}

/** Objects in the order in which they were made, the last one first. */
export function newestFirst(objects: readonly KubeObject[]): readonly KubeObject[] {
  const born = ({ metadata }: KubeObject): string => metadata.creationTimestamp ?? '';
  return objects.toSorted((a, b) => born(b).localeCompare(born(a)));
}

/** Why its last pod failed, where that one is still there. */
function lastFault({ pods, events }: Seen): string {
  const [last] = newestFirst(pods).flatMap(pod => why(pod, events) ?? []);
  return last === undefined ? '' : `; ${last.text}`;
}

function progress({ metadata, spec, status }: KubeObject): string {
  const failures = number(status?.failed);
  return `${metadata.name}: ${number(status?.succeeded)} of ${number(spec?.completions, 1)} done${failures > 0 ? `, ${failures} failed` : ''}`;
}
