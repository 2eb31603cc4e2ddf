import { at, number, text } from '../manifests/json.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { failingPod, refusedPods } from './pods.ts';
import { isObserved, type Seen } from './seen.ts';

/** A StatefulSet is ready when the pods above its partition are of the current revision, and all are ready. With OnDelete pods keep their revision. */
export function statefulSet(object: KubeObject, seen: Seen): Readiness {
  const { name } = object.metadata;
  if (!isObserved(object)) return { state: 'waiting', text: `${name}: the controller has not observed the change yet` };
  const wanted = number(at(object, 'spec.replicas'), 1);
  const ready = readyCount(object);
  const left = toUpdate(object, wanted);
  if (ready === wanted && left === 0) return { state: 'ready', text: `${name}: ${wanted} of ${wanted} pods ready${remark(object)}` };
  const waiting = `${name}: ${left > 0 ? `${left} to update, ` : ''}${ready} of ${wanted} pods ready`;
  return failingPod(name, currentPods(object, seen), seen) ?? refusedPods(object, seen) ?? { state: 'waiting', text: waiting };
}

function strategyOf(object: KubeObject): string {
  return text(at(object, 'spec.updateStrategy.type'));
}

function readyCount({ spec, status }: KubeObject): number {
  return number(number(spec?.minReadySeconds) > 0 ? status?.availableReplicas : status?.readyReplicas);
}

/** Pods from this number on run the new template; 0: all. */
export function partitionOf(object: KubeObject): number {
  return number(at(object, 'spec.updateStrategy.rollingUpdate.partition'));
}

/** Pods that the controller has still to replace. Without partition the revisions must be one, too: only then has it closed the roll. */
function toUpdate(object: KubeObject, wanted: number): number {
  if (strategyOf(object) === 'OnDelete') return 0;
  const updated = number(at(object, 'status.updatedReplicas'));
  const partition = partitionOf(object);
  const isClosed = at(object, 'status.currentRevision') === at(object, 'status.updateRevision');
  const left = Math.max(0, wanted - partition - updated);
  return left === 0 && partition === 0 && !isClosed ? 1 : left;
}

function remark(object: KubeObject): string {
  if (strategyOf(object) === 'OnDelete') return ' (OnDelete: a pod takes the new template when it is deleted)';
  return partitionOf(object) > 0 ? ` (partition ${partitionOf(object)}: pods below it keep the old template)` : '';
}

function currentPods(object: KubeObject, { pods }: Seen): readonly KubeObject[] {
  const revision = at(object, 'status.updateRevision');
  return revision === undefined ? pods : pods.filter(pod => pod.metadata.labels?.['controller-revision-hash'] === revision);
}
