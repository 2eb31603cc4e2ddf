import { at, isRecord, record, records, text } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';

/** What the cluster shows around a workload. The caller has selected the pods that belong to it. */
export interface Seen {
  readonly pods: readonly KubeObject[];
  /** Events of the namespace, of either API (`v1`, `events.k8s.io/v1`); others' events do no harm. */
  readonly events: readonly KubeObject[];
  /** Milliseconds since 1970 by the API server's clock. */
  readonly now: number;
  /** With these a Deployment is judged by the pods of its newest template alone. */
  readonly replicaSets?: readonly KubeObject[];
}

/** A condition of an object's status. */
export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since 1970 of the last change or sign of life; 0 where the status does not tell. */
  readonly updatedAt: number;
}

/** The condition of that type, or null. */
export function condition(object: KubeObject, type: string): Condition | null {
  const found = records(at(object, 'status.conditions')).find(entry => entry.type === type);
  if (found === undefined) return null;
  const updatedAt = time(found.lastUpdateTime) || time(found.lastTransitionTime);
  return { status: text(found.status), reason: text(found.reason), message: text(found.message), updatedAt };
}

/** An event as both APIs say it. */
export interface Told {
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What was told about the object, the newest first. */
export function told(object: KubeObject, events: readonly KubeObject[]): readonly Told[] {
  return events
    .filter(event => isAbout(event, object))
    .map(event => ({ reason: text(event.reason), message: text(event.note ?? event.message), at: eventTime(event) }))
    .sort((a, b) => b.at - a.at);
}

/** The object's own generation was seen by its controller. */
export function isObserved(object: KubeObject): boolean {
  const observed = at(object, 'status.observedGeneration');
  return typeof observed === 'number' && observed >= (object.metadata.generation ?? 0);
}

/** The pods that are not on their way out. */
export function staying(pods: readonly KubeObject[]): readonly KubeObject[] {
  return pods.filter(pod => pod.metadata.deletionTimestamp === undefined);
}

/** `1 pod`, `3 pods`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function isAbout(event: KubeObject, { kind, metadata }: KubeObject): boolean {
  const about = record(event.regarding ?? event.involvedObject);
  if (about.kind !== kind || about.name !== metadata.name) return false;
  return about.uid === undefined || metadata.uid === undefined || about.uid === metadata.uid;
}

function eventTime(event: KubeObject): number {
  const series = isRecord(event.series) ? time(event.series.lastObservedTime) : 0;
  return (
    series || time(event.lastTimestamp ?? event.deprecatedLastTimestamp) || time(event.eventTime) || time(event.metadata.creationTimestamp)
  );
}

function time(value: unknown): number {
  const parsed = Date.parse(text(value));
  return Number.isNaN(parsed) ? 0 : parsed;
}
