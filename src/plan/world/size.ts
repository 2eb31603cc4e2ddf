import { scales } from '../../manifests/autoscalers.ts';
import { at, number, records } from '../../manifests/json.ts';
import { refOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateOf, toJson } from '../../manifests/template.ts';
import type { KubeObject, ManagedField } from '../../model/kube.ts';
import { isWorkload } from '../../workloads/index.ts';
import type { App } from './app.ts';

/** A count that an autoscaler, or somebody's `scale`, has set is not the file's to change; neither is one that the file does not say. */
export function keepsReplicas(object: KubeObject, now: KubeObject, objects: Readonly<Record<string, KubeObject>>): boolean {
  if (now.spec?.replicas === undefined) return false;
  const isTarget = (other: KubeObject): boolean => scales(other, refOf(now));
  return isScaled(now) || object.spec?.replicas === undefined || Object.values(objects).some(isTarget);
}

/** Whether an autoscaler, or somebody's `scale`, has set the count. */
export const isScaled = ({ metadata }: KubeObject): boolean => records(metadata.managedFields).some(isOfScale);

const isOfScale = (entry: ManagedField): boolean => entry.subresource === 'scale' && at(entry, 'fieldsV1.f:spec') !== undefined;

/** How many pods stable has while nothing is taken from it. */
export const untouchedCount = ({ stable, record }: Pick<App, 'stable' | 'record'>): number =>
  record?.originals.stable ? record.replicas : number(stable?.spec?.replicas, 1);

/**
 * The release's own count, written over stable with its file, stands for stable's full size: nothing has to scale it, and nobody wished it
 * for the old version.
 */
export function countOf({ record, autoscaler }: App, stable: KubeObject): number {
  const count = number(stable.spec?.replicas, 1);
  const isOver = record !== null && record.originals.stable !== null && (record.begun === true || record.replaced !== null);
  if (!isOver || record.tested === null || isScaled(stable) || autoscaler) return count;
  const { template, files } = record.tested;
  const file = files.find(object => isWorkload(object, { ...record, name: record.workload }));
  return isSameTemplate(templateOf(stable), template) && count === file?.spec?.replicas ? record.replicas : count;
}

/** Stable as it was, but with another count: that belongs to whoever has set it since. */
export function inSize(original: KubeObject, replicas: number, now: KubeObject | null): KubeObject {
  const scalers = now?.metadata.managedFields?.filter(isOfScale) ?? [];
  const others = original.metadata.managedFields?.filter(entry => !isOfScale(entry)).map(withoutCount);
  const owners = scalers.length > 0 && others ? [...others, ...scalers] : original.metadata.managedFields;
  return {
    ...original,
    metadata: { ...original.metadata, ...(owners ? { managedFields: owners } : {}) },
    spec: { ...original.spec, replicas },
  };
}

function withoutCount(entry: ManagedField): ManagedField {
  const { 'f:replicas': _count, ...others } = toJson(at(entry, 'fieldsV1.f:spec'));
  return at(entry, 'fieldsV1.f:spec') === undefined ? entry : { ...entry, fieldsV1: { ...entry.fieldsV1, 'f:spec': others } };
}
