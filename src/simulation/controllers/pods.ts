/** What controllers of pods share. */
import type { JsonObject } from '../../model/kube.ts';
import { listAt, objectAt, stringsAt, textAt } from '../json.ts';
import { conditionOf } from './conditions.ts';
import type { World } from './controller.ts';
import { controllerReference, isGoing, nameOf, templateMetadata } from './writes.ts';

/** Whether a pod takes requests. */
export function isReady(pod: JsonObject): boolean {
  return textAt(conditionOf(pod, 'Ready'), 'status') === 'True' && !isGoing(pod);
}

/** Whether a pod has been ready for some seconds. */
export function isAvailable(world: World, pod: JsonObject, minReadySeconds: number): boolean {
  return isReady(pod) && availableInMilliseconds(world, pod, minReadySeconds) <= 0;
}

/** Milliseconds until a ready pod counts as available. */
export function availableInMilliseconds(world: World, pod: JsonObject, minReadySeconds: number): number {
  const since = Date.parse(textAt(conditionOf(pod, 'Ready'), 'lastTransitionTime'));
  return minReadySeconds === 0 ? 0 : since + minReadySeconds * 1000 - world.api.clock.now();
}

/** Whether a pod counts among its controller's replicas. */
export function isActive(pod: JsonObject): boolean {
  return !isGoing(pod) && !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
}

/** A pod of a workload's template. */
export function podFrom(owner: JsonObject, template: JsonObject, metadata: JsonObject): JsonObject {
  const base = templateMetadata(template);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...base,
      ...metadata,
      ...(metadata.labels === undefined ? {} : { labels: { ...stringsAt(base, 'labels'), ...stringsAt(metadata, 'labels') } }),
      namespace: textAt(owner, 'metadata', 'namespace'),
      ownerReferences: [controllerReference(owner)],
    },
    spec: objectAt(template, 'spec'),
  };
}

/** Pods in the order in which a controller gives them up: those not ready first, the youngest first. */
export function inOrderOfRemoval(pods: readonly JsonObject[]): readonly JsonObject[] {
  const rank = (pod: JsonObject): number => (textAt(pod, 'spec', 'nodeName') === '' ? 0 : isReady(pod) ? 2 : 1);
  const born = (pod: JsonObject): string => textAt(pod, 'metadata', 'creationTimestamp');
  return [...pods].sort(
    (a, b) => rank(a) - rank(b) || (born(a) === born(b) ? (nameOf(a) < nameOf(b) ? -1 : 1) : born(a) > born(b) ? -1 : 1),
  );
}

/** The key of the pod's controller when it is of a kind, as a list of at most one. */
export function ownerKeys(pod: JsonObject, kind: string): readonly string[] {
  const owners = listAt(pod, 'metadata', 'ownerReferences').filter(owner => textAt(owner, 'kind') === kind);
  return owners.map(owner => `${textAt(pod, 'metadata', 'namespace')}/${textAt(owner, 'name')}`);
}
