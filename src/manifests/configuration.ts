import type { JsonObject, KubeObject } from '../model/kube.ts';
import { remembered } from '../model/remembered.ts';
import type { Shadow } from '../model/stage.ts';
import { CONFIGURATION, type ConfigurationKind } from './copied-kinds.ts';
import { canonical, isRecord, record } from './json.ts';
import { derived, ourLabels } from './names.ts';
import { texts, toJson } from './template.ts';

/** A ConfigMap or Secret that a pod template refers to. */
export interface Mention {
  readonly kind: ConfigurationKind;
  readonly name: string;
}

/** What a canary has a copy of; `as`: the copy's name where another workload may have one of the same object. */
export interface Copied extends Mention {
  readonly as?: string;
}

/** What a copy is called. */
export const nameOfCopy = ({ name, as }: Copied, canary: Shadow = 'canary'): string => as ?? derived(name, canary);

/** Every ConfigMap and Secret that the template names: volumes, projected sources, env, envFrom and pull secrets. Every workload asks it of all the others. */
export const mentions = remembered((template: JsonObject): readonly Mention[] => {
  const found = new Map<string, Mention>();
  visit(template, (mention, value) => {
    found.set(`${mention.kind}/${mention.name}`, mention);
    return value;
  });
  return [...found.values()];
});

/** The template with every mention of a copied object pointing at the canary's copy. */
export function mentionCopies(template: JsonObject, copied: readonly Copied[], canary: Shadow = 'canary'): JsonObject {
  return toJson(
    visit(template, (mention, name) => {
      const copy = copied.find(candidate => candidate.kind === mention.kind && candidate.name === mention.name);
      return copy ? nameOfCopy(copy, canary) : name;
    }),
  );
}

/** Whose copy it is, and what it is called. */
export interface CopyOf {
  readonly name: string;
  readonly workload: string;
  readonly canary?: Shadow;
}

/** The canary's own copy of a ConfigMap or Secret. */
export function configurationCopy(object: KubeObject, { name, workload, canary = 'canary' }: CopyOf): KubeObject {
  const { data, binaryData, stringData, type, immutable, apiVersion, kind, metadata } = object;
  const content = { data, binaryData, stringData, type, immutable };
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      labels: ourLabels(canary, workload),
    },
    ...Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined)),
  };
}

/** Whether two ConfigMaps or Secrets hold the same, however it is written (`stringData`, absent or empty). */
export const isSameConfiguration = (a: KubeObject, b: KubeObject): boolean => canonical(content(a)) === canonical(content(b));

function content({ data, binaryData, stringData }: KubeObject): unknown {
  const written = Object.entries(texts(stringData)).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return [{ ...record(data), ...Object.fromEntries(written) }, record(binaryData)];
}

type Visitor = (mention: Mention, name: string) => string;

/** Rebuilds the value with every name of a ConfigMap or Secret passed through the visitor. The places are those of the Pod API. */
function visit(value: unknown, visitor: Visitor): unknown {
  if (Array.isArray(value)) return value.map(item => visit(item, visitor));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visitField(key, item, visitor)]));
}

function visitField(key: string, value: unknown, visitor: Visitor): unknown {
  const place = PLACES.get(key);
  if (!place || typeof value !== 'object') return visit(value, visitor);
  return Array.isArray(value) ? value.map(item => renamed(item, place, visitor)) : renamed(value, place, visitor);
}

interface Place {
  readonly kind: ConfigurationKind;
  readonly field: string;
}

function renamed(value: unknown, { kind, field }: Place, visitor: Visitor): unknown {
  if (!isRecord(value)) return value;
  const actual = typeof value[field] === 'string' ? field : 'name';
  const name = value[actual];
  return typeof name === 'string' ? { ...value, [actual]: visitor({ kind, name }, name) } : value;
}

const PLACES: ReadonlyMap<string, Place> = new Map(
  CONFIGURATION.flatMap(({ kind, named }) => Object.entries(named).map(([key, field]) => [key, { kind, field }])),
);
