/** What the canary and blue-green steps of Azure leave in a namespace, by the names and marks that they give. */
import type { KubeObject } from '../model/kube.ts';
import { at } from './json.ts';
import { labelsOf, templateOf, texts } from './template.ts';

type Labels = Readonly<Record<string, string>>;

/** A tool whose leftovers are known whole. */
interface Incumbent {
  readonly tool: string;
  /** The label, of Deployments, their pods and the selectors of Services, that says which version a thing is of. */
  readonly label: string;
  /** How the name of its TrafficSplit ends, behind that of the Service. */
  readonly split: string;
  /** The value of the label that means the running version, where it is another one than `stable`. */
  readonly stable?: string;
}

const INCUMBENTS: readonly Incumbent[] = [
  { tool: 'Azure/k8s-deploy', label: 'workflow/version', split: '-workflow-rollout' },
  { tool: 'KubernetesManifest', label: 'azure-pipelines/version', split: '-azure-pipelines-rollout' },
  { tool: 'Azure/k8s-deploy, blue-green', label: 'k8s.deploy.color', split: '-trafficsplit', stable: 'None' },
];

/** The versions that stand beside stable. */
export const BESIDE = ['canary', 'baseline', 'green'] as const;

/** What a Deployment or a Service is of, by its own mark: `stable`, `canary`, `baseline`, `green`, or anything that somebody wrote; undefined for none. */
export function versionIn(object: KubeObject): string | undefined {
  const selected = { ...texts(at(object, 'spec.selector')), ...texts(at(object, 'spec.selector.matchLabels')) };
  const marks = [object.metadata.labels ?? {}, labelsOf(templateOf(object)), selected];
  return INCUMBENTS.flatMap(({ label, stable }) => {
    const values = marks.flatMap(labels => labels[label] ?? []);
    return values.map(value => (value === stable ? 'stable' : value));
  })[0];
}

/** Whether a Deployment picks its pods by a mark: no file without the mark can be applied over it. */
export const isSelecting = (deployment: KubeObject): boolean =>
  Object.keys(marksOf(texts(at(deployment, 'spec.selector.matchLabels')))).length > 0;

/** The marks among labels. */
export const marksOf = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => INCUMBENTS.some(({ label }) => label === key)));

/** Labels without marks: what the user wrote. */
export const unmarked = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => marksOf(labels)[key] === undefined));

/** Whether it is the TrafficSplit that such a step makes for a Service. */
export const isSplitOf = (split: KubeObject, service: string): boolean =>
  INCUMBENTS.some(incumbent => split.metadata.name === `${service}${incumbent.split}`) && at(split, 'spec.service') === service;
