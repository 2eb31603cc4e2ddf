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
export function isServed(file: LintFile, { files }: LintFiles): boolean {
  if (!isKept(file)) return false;
  if (files.some(isService)) return files.some(service => leadsTo(service, file));
  return containersIn(file, 'containers').some(({ fields }) => records(fields.ports).length > 0);
}

/** Whether each Service that picks its pods picks those of another workload too. */
export function hasCompany(file: LintFile, { files }: LintFiles): boolean {
  const services = files.filter(service => leadsTo(service, file));
  return services.length > 0 && services.every(service => files.some(other => other !== file && isKept(other) && leadsTo(service, other)));
}

const isService = ({ object }: LintFile): boolean => object.kind === 'Service' && object.apiVersion === 'v1';

const leadsTo = (service: LintFile, file: LintFile): boolean =>
  isService(service) && isBeside(service, file) && picks(texts(service.object.spec?.selector), podLabels(file));

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
export function scalerOf({ object, namespace }: LintFile, { files }: LintFiles): LintFile | undefined {
  const { kind, metadata } = object;
  return files.find(other =>
    scales(
      { ...other.object, metadata: { ...other.object.metadata, namespace: other.namespace } },
      { kind, name: metadata.name, namespace },
    ),
  );
}

/** "Deployment web", as the findings name an object. */
export const titleOf = ({ object: { kind, metadata } }: LintFile): string =>
  `${kind} ${metadata.name ?? `${metadata.generateName ?? ''}*`}`;
