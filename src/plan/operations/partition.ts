/** The steps of a StatefulSet's canary in the words of the API: its partition says which pods run the new version. */
import { at, record as fieldsOf } from '../../manifests/json.ts';
import { isSameTemplate, templateHash, templateOf } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { Step } from '../../model/plan.ts';
import { partitionOf } from '../../readiness/stateful-set.ts';
import { workloadAt } from '../../workloads/index.ts';
import { podsOf } from '../../workloads/stateful-set.ts';
import { type App, templateBy } from '../world/app.ts';
import { isNumbered } from '../world/pods-of-set.ts';
import { inSize } from '../world/size.ts';
import { type Await, type InOne, patchOf, setOf, stepInOne, templateChange, type Write } from './in-one.ts';
import { replicasOf } from './remember.ts';

/** The step of a StatefulSet in words of its own; null where it is like any other's. */
export const numbered = (step: Step, app: App): Batches | null => (isNumbered(app) ? stepInOne(step, app, byNumber) : null);

/** Whoever has scaled it meanwhile meant it for either version. */
function inSizeOf(original: KubeObject, set: KubeObject): KubeObject {
  return replicasOf(set) === replicasOf(original) ? original : inSize(original, replicasOf(set), set);
}

/** A partition only ever goes down while a rollout is open: a pod that was updated is not taken back by a higher one. */
function narrow(set: KubeObject, { template, replicas, was }: Write, app: App): Operation {
  const all = replicasOf(set);
  const wanted = Math.max(1, all - replicas);
  const partition = was?.template === template && partitionOf(set) > 0 ? Math.min(wanted, partitionOf(set)) : wanted;
  return patchOf(set, `run the new version in ${podsOf(set, partition, all)}, by partition ${partition}`, [
    ...templateChange(set, templateBy(template, app)),
    { op: 'add', path: '/spec/updateStrategy', value: byPartition(set, partition) },
  ]);
}

const byPartition = (set: KubeObject, partition: number) => ({
  type: 'RollingUpdate',
  rollingUpdate: { ...fieldsOf(at(set, 'spec.updateStrategy.rollingUpdate')), partition },
});

const byNumber: InOne = {
  offer: narrow,
  roll: { text: 'run the new version in all pods: remove the partition', strategy: set => byPartition(set, 0) },
  original: inSizeOf,
  awaited,
};

/** Both versions are one object: it is ready when the pods of both are. Where the old one comes back, pods of the new one must not hold it up. */
function awaited(step: Await, app: App): readonly Operation[] {
  const set = setOf(app);
  const isOpen = app.canary !== null;
  const ref = workloadAt(app);
  // A version that is about to be taken over from, or to get more pods, need not be whole before.
  if (step.what === 'healthy') return isOpen ? [] : [{ do: 'await-ready', ref, template: null, isStable: true }];
  if (step.what !== 'ready') return [];
  const template = templateBy(step.template, app);
  const isRunning = set !== null && runs(set, template);
  // While the partition holds, the wait for the new version's pods is one for all.
  if (set && step.role === 'stable' && partitionOf(set) > 0 && app.record?.action === 'deploy') return [];
  return [{ do: 'await-ready', ref, template: isRunning ? template : null, isStable: false, ...rejectedBy(step, app) }];
}

const runs = (set: KubeObject, template: JsonObject | null): boolean => template !== null && isSameTemplate(template, templateOf(set));

/** Templates whose pods are in the way of the old version. */
function rejectedBy(step: Extract<Await, { what: 'ready' }>, { record, canary }: App): { readonly rejected?: readonly JsonObject[] } {
  const original = record?.originals.stable;
  if (!original || step.role !== 'stable' || record.action === 'promote') return {};
  if (step.template !== templateHash(templateOf(original))) return {};
  const tested = [...(record.tested ? [record.tested.template] : []), ...(canary ? [templateOf(canary)] : [])];
  const rejected = tested.filter(template => !isSameTemplate(template, templateOf(original)));
  return rejected.length > 0 ? { rejected } : {};
}
