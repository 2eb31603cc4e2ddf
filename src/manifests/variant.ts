import type { JsonObject, KubeObject } from '../model/kube.ts';
import type { Role } from '../model/stage.ts';
import { type Mention, mentionCopies } from './configuration.ts';
import { isolate, selectorLabels, variantLabels } from './isolate.ts';
import { at, record } from './json.ts';
import { derived, ourLabels, VARIANT } from './names.ts';
import { labelsOf, texts, toJson } from './template.ts';

/** How the variants of one workload differ from stable. */
export interface Distinction {
  /** Label keys whose values tell the variants' pods apart. */
  readonly keys: readonly string[];
  /** Configuration of which the canary has its own copy. */
  readonly copies: readonly Mention[];
}

/** The pod template that a variant runs when stable would run `template`. */
export function variantTemplate(template: JsonObject, role: Role, { keys, copies }: Distinction): JsonObject {
  return isolate(role === 'canary' ? mentionCopies(template, copies) : template, role, keys);
}

/** A variant's Deployment: the workload's own, under a name, labels and selector of ours. `template` is stable's form of it. */
export function variantDeployment(workload: KubeObject, role: Role, { template, replicas, distinction }: Sized): KubeObject {
  const { name, namespace } = workload.metadata;
  const spec = record(workload.spec);
  const selector = { ...variantLabels(selectorLabels(spec), role, distinction.keys) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: derived(name, role), ...(namespace ? { namespace } : {}), labels: { ...ourLabels(role, name) } },
    spec: toJson({
      ...spec,
      paused: undefined,
      replicas,
      selector: { matchLabels: selector },
      template: variantTemplate(template, role, distinction),
    }),
  };
}

export interface Sized {
  readonly template: JsonObject;
  readonly replicas: number;
  readonly distinction: Distinction;
}

/** A Service of ours that selects one variant's pods behind the root's ports; built, not copied: nothing of the user's metadata. */
export function leafService(root: KubeObject, role: Role, { workload, labels, keys }: Leaf): KubeObject {
  const spec = record(root.spec);
  const selector = texts(spec.selector);
  const own = role === 'stable' ? selector : { ...selectorOf(selector, variantLabels(labels, role, keys)), [VARIANT]: role };
  const kept = ['sessionAffinity', 'sessionAffinityConfig', 'ipFamilies', 'ipFamilyPolicy'].flatMap(field =>
    spec[field] === undefined ? [] : [[field, spec[field]]],
  );
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: derived(root.metadata.name, role),
      ...(root.metadata.namespace ? { namespace: root.metadata.namespace } : {}),
      labels: { ...ourLabels(role, workload) },
    },
    spec: toJson({ ...Object.fromEntries(kept), selector: own, ports: leafPorts(spec.ports) }),
  };
}

export interface Leaf {
  readonly workload: string;
  /** Labels of stable's pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
}

const selectorOf = (
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(selector).map(([key, value]) => [key, labels[key] ?? value]));

const leafPorts = (ports: unknown): unknown => (Array.isArray(ports) ? ports.map(port => ({ ...record(port), nodePort: undefined })) : []);

/** Labels of the pods that a workload makes. */
export const podLabels = (workload: KubeObject): Readonly<Record<string, string>> => labelsOf(toJson(at(workload, 'spec.template')));
