import type { JsonObject, KubeObject } from '../model/kube.ts';
import { at, hash, isRecord, record } from './json.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** A workload's pod template as JSON; empty when it has none. */
export const templateOf = (workload: KubeObject): JsonObject => toJson(at(workload, 'spec.template'));

/** Names a pod template by its content; a restart in between (`kubectl rollout restart`) makes no other template. */
export const templateHash = (template: JsonObject): string => hash(withoutRestart(template));

/** Equal but for a restart. */
export const isSameTemplate = (a: JsonObject, b: JsonObject): boolean => templateHash(a) === templateHash(b);

/** The template's labels. */
export function labelsOf(template: JsonObject): Readonly<Record<string, string>> {
  return texts(at(template, 'metadata.labels'));
}

/** The entries of a map whose values are texts. */
export function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A value from the API, or a file, as JSON. */
export function toJson(value: unknown): JsonObject {
  return isRecord(value) ? (value as JsonObject) : {};
}

function withoutRestart(template: JsonObject): JsonObject {
  const { creationTimestamp: _created, annotations, ...metadata } = record(template.metadata);
  const { [RESTARTED_AT]: _restarted, ...kept } = record(annotations);
  const noted = Object.keys(kept).length > 0 ? { annotations: kept } : {};
  return toJson({ ...template, metadata: { ...metadata, ...noted } });
}
