import type { JsonObject, KubeObject, PatchOperation } from '../model/kube.ts';
import { remembered } from '../model/remembered.ts';
import { at, hash, isRecord, items, record, records, text } from './json.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** The annotation of a variant's pods that says what of their template is the drain's: seconds of grace before it, names of containers. */
export const DRAIN = 'kubernetes-rollout/drain';

/** A workload's pod template as JSON; empty when it has none. */
export const templateOf = (workload: KubeObject): JsonObject => toJson(at(workload, 'spec.template'));

/** Name of the containers of ours that copy requests, alone or followed by `-` and a port. */
export const MIRROR = 'rollout-mirror';

/** A container of ours in stable's pods. */
export const isMirror = ({ name }: Readonly<Record<string, unknown>>): boolean => name === MIRROR || text(name).startsWith(`${MIRROR}-`);

/**
 * Names a pod template by its content; a restart in between (`kubectl rollout restart`), a container of ours that copies requests and what
 * lets a variant's pods drain make no other template. Each look at a workload asks for it several times.
 */
export const templateHash = remembered((template: JsonObject): string => hash(withoutDrain(withoutMirror(withoutRestart(template)))));

/** Equal but for a restart and for containers of ours. */
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

/** The template without containers of ours; itself when it has none. */
export function withoutMirror(template: JsonObject): JsonObject {
  const spec = record(template.spec);
  if (!records(spec.containers).some(isMirror)) return template;
  return toJson({ ...template, spec: { ...spec, containers: items(spec.containers).filter(container => !isMirror(record(container))) } });
}

/** The template without what lets a variant's pods drain; itself when it has none of it. */
export function withoutDrain(template: JsonObject): JsonObject {
  const metadata = record(template.metadata);
  const { [DRAIN]: mark, ...annotations } = record(metadata.annotations);
  if (mark === undefined) return template;
  const { annotations: _annotations, ...others } = metadata;
  const { terminationGracePeriodSeconds: _grace, ...spec } = record(template.spec);
  const [grace, ...names] = text(mark).split(' ');
  return toJson({
    ...template,
    metadata: { ...others, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: {
      ...spec,
      ...(grace ? { terminationGracePeriodSeconds: Number(grace) } : {}),
      containers: records(spec.containers).map(container => (names.includes(text(container.name)) ? awake(container) : container)),
    },
  });
}

function awake({ lifecycle, ...container }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { preStop: _preStop, ...hooks } = record(lifecycle);
  return { ...container, ...(Object.keys(hooks).length > 0 ? { lifecycle: hooks } : {}) };
}

/** Tests before a patch of a template: it is for the very object that was read, and nobody has given it another template since. */
export const asRead = ({ metadata, spec }: KubeObject): readonly PatchOperation[] => [
  { op: 'test', path: '/metadata/uid', value: metadata.uid },
  { op: 'test', path: '/spec/template', value: spec?.template },
];
