import type { JsonObject, KubeObject } from '../model/kube.ts';
import type { Role } from '../model/stage.ts';
import { DEPLOYMENT } from '../workloads/deployment.ts';
import { allOf } from '../workloads/workload.ts';
import { type Copied, mentionCopies } from './configuration.ts';
import { type Isolation, isolate, selectorLabels, variantLabels } from './isolate.ts';
import { at, record } from './json.ts';
import { derived, LEAF, ourLabels, partOf, ROOT, SPLIT_BY, VARIANT } from './names.ts';
import { labelsOf, texts, toJson } from './template.ts';

/** How the variants of one workload differ from stable. */
export interface Distinction extends Isolation {
  /** Configuration of which the canary has its own copy. */
  readonly copies: readonly Copied[];
}

/** The pod template that a variant runs when stable would run `template`. */
export function variantTemplate(template: JsonObject, role: Role, distinction: Distinction): JsonObject {
  return isolate(role === 'canary' ? mentionCopies(template, distinction.copies, distinction.canary) : template, role, distinction);
}

/** A variant's Deployment: the workload's own, under a name, labels and selector of ours. `template` is stable's form of it. */
export function variantDeployment(workload: KubeObject, role: Role, { template, replicas, distinction }: Sized): KubeObject {
  const { name, namespace } = workload.metadata;
  const spec = record(workload.spec);
  const selector = { ...variantLabels(selectorLabels(spec), role, distinction) };
  const part = partOf(role, distinction);
  return {
    ...allOf(DEPLOYMENT),
    metadata: { name: derived(name, part), ...(namespace ? { namespace } : {}), labels: { ...ourLabels(part, name) } },
    spec: toJson({
      ...spec,
      paused: undefined,
      replicas,
      selector: { matchLabels: selector },
      template: variantTemplate(template, role, distinction),
    }),
  };
}

/** A variant's pod template before its own keys, how many pods, and how they differ from stable's. */
export interface Sized {
  readonly template: JsonObject;
  readonly replicas: number;
  readonly distinction: Distinction;
}

/** A Service of ours that selects one variant's pods behind the root's ports; built, not copied: nothing of the user's metadata. */
export function leafService(root: KubeObject, role: Role, { workload, labels, isolation, suffix, splitBy, isOneOf }: Leaf): KubeObject {
  const spec = record(root.spec);
  const selector = texts(spec.selector);
  const part = partOf(role, isolation);
  const moved = selectorOf(selector, variantLabels(labels, role, isolation));
  const own = role === 'stable' ? selector : isolation.shared && role === 'canary' ? moved : { ...moved, [VARIANT]: part };
  const kept = ['sessionAffinity', 'sessionAffinityConfig', 'ipFamilies', 'ipFamilyPolicy'].flatMap(field =>
    spec[field] === undefined ? [] : [[field, spec[field]]],
  );
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: derived(root.metadata.name, suffix ?? part),
      ...(root.metadata.namespace ? { namespace: root.metadata.namespace } : {}),
      labels: {
        ...ourLabels(part, workload),
        ...(isOneOf ? { [ROOT]: root.metadata.name } : {}),
        ...(suffix === undefined || suffix === part ? {} : { [LEAF]: suffix }),
      },
      ...(splitBy ? { annotations: { [SPLIT_BY]: splitBy } } : {}),
    },
    spec: toJson({ ...Object.fromEntries(kept), selector: own, ports: leafPorts(spec.ports) }),
  };
}

/** Whose pods a leaf Service selects. */
export interface Leaf {
  readonly workload: string;
  /** Labels of stable's pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isolation: Isolation;
  /** What the Service is called after the root where it is not the role: `preview`. */
  readonly suffix?: string;
  /** Who sends it requests, where nothing else in the cluster would tell. */
  readonly splitBy?: string;
  /** The workload has more roots. */
  readonly isOneOf?: boolean;
}

const selectorOf = (
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(selector).map(([key, value]) => [key, labels[key] ?? value]));

const leafPorts = (ports: unknown): unknown => (Array.isArray(ports) ? ports.map(port => ({ ...record(port), nodePort: undefined })) : []);

/** Labels of the pods that a workload makes. */
export const podLabels = (workload: KubeObject): Readonly<Record<string, string>> => labelsOf(toJson(at(workload, 'spec.template')));
