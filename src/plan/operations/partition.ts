/** The steps of a StatefulSet's canary in the words of the API: its partition says which pods run the new version. */
import { at, record as fieldsOf } from '../../manifests/json.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { asRead, isSameTemplate, templateHash, templateOf } from '../../manifests/template.ts';
import type { JsonObject, KubeObject, PatchOperation } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import type { Step } from '../../model/plan.ts';
import { partitionOf } from '../../readiness/stateful-set.ts';
import { workloadAt } from '../../workloads/index.ts';
import { podsOf } from '../../workloads/stateful-set.ts';
import { type App, templateBy } from '../world/app.ts';
import { comesFirst } from '../world/order-of-kinds.ts';
import { isNumbered } from '../world/pods-of-set.ts';
import { inSize } from '../world/size.ts';
import { apply, applyAll } from './apply.ts';
import { absents, restoreOthers, writeStable } from './capacity.ts';
import { replicasOf } from './remember.ts';

type Batches = readonly (readonly Operation[])[];
type Write = Extract<Step, { do: 'write' }>;
type Await = Extract<Step, { do: 'await' }>;

/** The step of a StatefulSet in words of its own; null where it is like any other's. No data plane has to hear of it, and nothing is removed. */
export function numbered(step: Step, app: App): Batches | null {
  if (!isNumbered(app)) return null;
  switch (step.do) {
    case 'write':
      return write(step, app);
    case 'await':
      return [awaited(step, app)];
    case 'wait':
    case 'drain':
      return [];
    case 'delete':
      return step.role === 'canary' ? [] : null;
    default:
      return null;
  }
}

const setOf = (app: App): KubeObject | null => app.live.objects[keyOf(workloadAt(app))] ?? null;

/**
 * What a step writes. Pods of the old version become fewer by the partition alone, which comes with the new version; so that step of stable's
 * writes nothing.
 */
function write(step: Write, app: App): Batches {
  const set = setOf(app);
  if (!set) return writeStable(step, app);
  if (step.role === 'canary') return [absents(app), [narrow(set, step, app)]].filter(({ length }) => length > 0);
  const original = app.record?.originals.stable ?? null;
  if (app.record?.action === 'promote') return rollAll(set, app);
  if (original === null) return [];
  if (step.template !== templateHash(templateOf(original))) return rollAll(set, app);
  const isBack = step.replicas >= (app.record?.replicas ?? 0);
  return isBack ? [...restoreOthers(app), [{ do: 'restore', object: inSizeOf(original, set) }]] : [];
}

/** Whoever has scaled it meanwhile meant it for either version. */
const inSizeOf = (original: KubeObject, set: KubeObject): KubeObject =>
  replicasOf(set) === replicasOf(original) ? original : inSize(original, replicasOf(set), set);

/** A partition only ever goes down while a rollout is open: a pod that was updated is not taken back by a higher one. */
function narrow(set: KubeObject, { template, replicas, was }: Write, app: App): Operation {
  const all = replicasOf(set);
  const wanted = Math.max(1, all - replicas);
  const partition = was?.template === template && partitionOf(set) > 0 ? Math.min(wanted, partitionOf(set)) : wanted;
  const next = templateBy(template, app);
  return patchOf(set, `run the new version in ${podsOf(set, partition, all)}, by partition ${partition}`, [
    ...(next && !isSameTemplate(next, templateOf(set)) ? [{ op: 'replace', path: '/spec/template', value: next } as const] : []),
    { op: 'add', path: '/spec/updateStrategy', value: byPartition(set, partition) },
  ]);
}

const byPartition = (set: KubeObject, partition: number) => ({
  type: 'RollingUpdate',
  rollingUpdate: { ...fieldsOf(at(set, 'spec.updateStrategy.rollingUpdate')), partition },
});

/** The roll comes first, whole, so that what the new version dropped is gone; the apply behind it changes nothing in the template. */
function rollAll(set: KubeObject, app: App): Batches {
  const { next, file, others, record } = app;
  if (!next || !file) return [];
  const strategy = record?.originals.stable?.spec?.updateStrategy ?? byPartition(set, 0);
  const roll = patchOf(set, 'run the new version in all pods: remove the partition', [
    ...(isSameTemplate(next, templateOf(set)) ? [] : [{ op: 'replace', path: '/spec/template', value: next } as const]),
    { op: 'add', path: '/spec/updateStrategy', value: strategy },
  ]);
  return [
    ...applyAll(others.filter(comesFirst), app),
    [roll],
    [apply(file, app, record?.originals.stable ?? set)],
    ...applyAll(
      others.filter(object => !comesFirst(object)),
      app,
    ),
  ];
}

function patchOf(set: KubeObject, text: string, changes: readonly PatchOperation[]): Operation {
  const operations: readonly PatchOperation[] = [...asRead(set), ...changes];
  return { do: 'patch', ref: refOf(set), manager: 'kubectl', text, operations };
}

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
