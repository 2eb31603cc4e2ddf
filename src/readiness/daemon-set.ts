import { at, number } from '../manifests/json.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { failingPod, refusedPods } from './pods.ts';
import { isObserved, type Seen } from './seen.ts';

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
  return failingPod(name, currentPods(object, seen), seen) ?? refusedPods(object, seen) ?? { state: 'waiting', text: waiting };
}

/** The controller notes a counter of templates on both sides. */
function currentPods({ metadata }: KubeObject, { pods }: Seen): readonly KubeObject[] {
  const generation = metadata.annotations?.['deprecated.daemonset.template.generation'];
  return generation === undefined
    ? pods
    : pods.filter(pod => (pod.metadata.labels?.['pod-template-generation'] ?? generation) === generation);
}
