/** What the rules ask of a workload and what stands around it in the files. */
import { scales } from '../manifests/autoscalers.ts';
import { at, number, type record, records, text } from '../manifests/json.ts';
import { picks } from '../manifests/selectors.ts';
import { texts } from '../manifests/template.ts';
import { podTemplate, podTemplatePath } from '../manifests/workloads.ts';
import type { LintFile, LintFiles } from './finding.ts';

/** A container of a pod template, and the path at which it stands in its object. */
export interface Container {
  readonly path: string;
  readonly name: string;
  readonly fields: ReturnType<typeof record>;
}

/** The containers of one list of the object's pod template, in order. */
export function containersIn({ object }: LintFile, list: 'containers' | 'initContainers'): readonly Container[] {
  const template = podTemplatePath(object);
  if (template === null) return [];
  const prefix = specPath(template);
  return records(at(podTemplate(object), `spec.${list}`)).map((fields, index) => ({
    path: `${prefix}.${list}[${index}]`,
    name: text(fields.name),
    fields,
  }));
}

/** The path of the pod's own spec under a workload of whatever kind. */
export const podSpecPath = ({ object }: LintFile): string => specPath(podTemplatePath(object) ?? '');

const specPath = (template: string): string => (template === '' ? 'spec' : `${template}.spec`);

/** The labels of the pods. */
export const podLabels = ({ object }: LintFile): Readonly<Record<string, string>> => texts(at(podTemplate(object), 'metadata.labels'));

/** Whether pods of it answer requests: a Service of the files picks them or, where the files hold none, a container has ports. */
export function isServed(file: LintFile, { services }: LintFiles): boolean {
  if (!isKept(file)) return false;
  if (services.length > 0) return services.some(service => leadsTo(service, file));
  return containersIn(file, 'containers').some(({ fields }) => records(fields.ports).length > 0);
}

/** Whether each Service that picks its pods picks those of another workload too. */
export function hasCompany(file: LintFile, { files, services }: LintFiles): boolean {
  const leading = services.filter(service => leadsTo(service, file));
  return leading.length > 0 && leading.every(service => files.some(other => other !== file && isKept(other) && leadsTo(service, other)));
}

/** Whether a Service picks the pods of a workload. */
export const leadsTo = (service: LintFile, file: LintFile): boolean =>
  isBeside(service, file) && picks(texts(service.object.spec?.selector), podLabels(file));

/** Workloads whose pods are put back when they go, and counted. */
const isKept = ({ object: { apiVersion, kind } }: LintFile): boolean =>
  apiVersion.startsWith('apps/') && (kind === 'Deployment' || kind === 'StatefulSet');

/** The two are in one namespace. */
export const isBeside = (one: LintFile, other: LintFile): boolean => one.namespace === other.namespace;

/** The fewest pods that it runs with: its own count, or that of the autoscaler that sets it. */
export function leastReplicas(file: LintFile, all: LintFiles): number {
  const scaler = scalerOf(file, all);
  if (scaler === undefined) return number(file.object.spec?.replicas, 1);
  return scaler.object.kind === 'ScaledObject'
    ? number(scaler.object.spec?.minReplicaCount, 0)
    : number(scaler.object.spec?.minReplicas, 1);
}

/** The HorizontalPodAutoscaler or ScaledObject of the files that sets its count. */
export const scalerOf = (file: LintFile, { scalers }: LintFiles): LintFile | undefined => scalers.find(scaler => sets(scaler, file));

/** Whether an autoscaler sets the count of this workload. */
export function sets({ object, namespace }: LintFile, workload: LintFile): boolean {
  const { kind, metadata } = workload.object;
  return scales({ ...object, metadata: { ...object.metadata, namespace } }, { kind, name: metadata.name, namespace: workload.namespace });
}

/** "Deployment web", as the findings name an object. */
export const titleOf = ({ object: { kind, metadata } }: LintFile): string =>
  `${kind} ${metadata.name ?? `${metadata.generateName ?? ''}*`}`;
