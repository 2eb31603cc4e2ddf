/** What the canary steps of Azure leave in a namespace, by the names and marks that they give. */
import type { KubeObject } from '../model/kube.ts';
import { at } from './json.ts';
import { labelsOf, templateOf, texts } from './template.ts';

/** A tool whose leftovers are known whole. */
interface Incumbent {
  readonly tool: string;
  /** The label, of Deployments, their pods and the selectors of Services, that says which version a thing is of. */
  readonly label: string;
  /** How the name of its TrafficSplit ends, behind that of the Service. */
  readonly split: string;
}

const INCUMBENTS: readonly Incumbent[] = [
  { tool: 'Azure/k8s-deploy', label: 'workflow/version', split: '-workflow-rollout' },
  { tool: 'KubernetesManifest', label: 'azure-pipelines/version', split: '-azure-pipelines-rollout' },
];

/** The versions that stand beside stable. */
export const BESIDE = ['canary', 'baseline'] as const;

/** What a Deployment or a Service is of, by its own mark: `stable`, `canary`, `baseline`, or anything that somebody wrote; undefined for none. */
export function versionIn(object: KubeObject): string | undefined {
  const selected = { ...texts(at(object, 'spec.selector')), ...texts(at(object, 'spec.selector.matchLabels')) };
  const marks = [object.metadata.labels ?? {}, labelsOf(templateOf(object)), selected];
  return INCUMBENTS.flatMap(({ label }) => marks.flatMap(labels => labels[label] ?? []))[0];
}

/** Whether a Deployment picks its pods by a mark: no file without the mark can be applied over it. */
export const isSelecting = (deployment: KubeObject): boolean =>
  INCUMBENTS.some(({ label }) => texts(at(deployment, 'spec.selector.matchLabels'))[label] !== undefined);

/** Whether it is the TrafficSplit that such a step makes for a Service. */
export const isSplitOf = (split: KubeObject, service: string): boolean =>
  INCUMBENTS.some(incumbent => split.metadata.name === `${service}${incumbent.split}`) && at(split, 'spec.service') === service;
