/** The steps of a DaemonSet's canary in the words of the API: with OnDelete a pod that is deleted comes back with the new template. */
import { keyOf, refOf } from '../../manifests/refs.ts';
import { asRead, isSameTemplate, templateHash, templateOf } from '../../manifests/template.ts';
import type { JsonObject, KubeObject, PatchOperation } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import type { Step } from '../../model/plan.ts';
import { workloadAt } from '../../workloads/index.ts';
import { type App, templateBy } from '../world/app.ts';
import { comesFirst } from '../world/order-of-kinds.ts';
import { isByNode, isOnDelete, nodesAt } from '../world/pods-by-node.ts';
import { apply, applyAll } from './apply.ts';
import { absents, restoreOthers, writeStable } from './capacity.ts';

type Batches = readonly (readonly Operation[])[];
type Write = Extract<Step, { do: 'write' }>;
type Await = Extract<Step, { do: 'await' }>;
type Ready = Extract<Await, { what: 'ready' }>;

/** The step of a DaemonSet in words of its own; null where it is like any other's. No data plane has to hear of it, and nothing is removed. */
export function onNodes(step: Step, stage: string, app: App): Batches | null {
  if (!isByNode(app)) return null;
  switch (step.do) {
    case 'write':
      return write(step, app);
    case 'await':
      return [awaited(step, stage, app)];
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

/** What a step writes. Nodes of the old version become fewer by those of the new one alone, so that step of stable's writes nothing. */
function write(step: Write, app: App): Batches {
  const set = setOf(app);
  if (!set) return writeStable(step, app);
  if (step.role === 'canary') return [absents(app), [offer(set, step.template, app)]].filter(({ length }) => length > 0);
  const original = app.record?.originals.stable ?? null;
  if (app.record?.action === 'promote') return rollAll(set, app);
  if (original === null) return [];
  if (step.template !== templateHash(templateOf(original))) return rollAll(set, app);
  const isBack = step.replicas >= (app.record?.replicas ?? 0);
  return isBack ? [...restoreOthers(app), [{ do: 'restore', object: original }]] : [];
}

/** The new template and the strategy that replaces no pod by itself come in one write: in between the controller would roll every node. */
function offer(set: KubeObject, template: string, app: App): Operation {
  const next = templateBy(template, app);
  return patchOf(set, 'offer the new template to pods that are made anew (updateStrategy OnDelete)', [
    ...(next && !isSameTemplate(next, templateOf(set)) ? [{ op: 'replace', path: '/spec/template', value: next } as const] : []),
    ...(isOnDelete(set) ? [] : [{ op: 'add', path: '/spec/updateStrategy', value: { type: 'OnDelete' } } as const]),
  ]);
}

/** The roll comes first, whole, so that what the new version dropped is gone; the apply behind it changes nothing in the template. */
function rollAll(set: KubeObject, app: App): Batches {
  const { next, file, others, record } = app;
  if (!next || !file) return [];
  const strategy = record?.originals.stable?.spec?.updateStrategy ?? set.spec?.updateStrategy;
  const roll = patchOf(set, 'roll the new template on the other nodes: give its own updateStrategy back', [
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
  return { do: 'patch', ref: refOf(set), manager: 'kubectl', text, operations: [...asRead(set), ...changes] };
}

/** A version that is about to be taken over from, or to get more nodes, need not be whole before. */
function awaited(step: Await, stage: string, app: App): readonly Operation[] {
  if (step.what === 'ready') return arrival(step, stage, app);
  const isDue = step.what === 'healthy' && app.canary === null;
  return isDue ? [{ do: 'await-ready', ref: workloadAt(app), template: null, isStable: true }] : [];
}

/** What replaces the pods of the chosen nodes is this wait: the controller makes them anew, and deletes none. */
function arrival(step: Ready, stage: string, app: App): readonly Operation[] {
  const ref = workloadAt(app);
  const set = setOf(app);
  const template = templateBy(step.template, app);
  if (!set || !template) return [{ do: 'await-ready', ref, template: null, isStable: false }];
  const nodes = nodesAt(stage, app);
  if (nodes) return step.role === 'canary' ? [{ do: 'renew', ref, nodes, template }] : [];
  if (isOnTheWayBack(step, app)) return [{ do: 'renew', ref, nodes: app.record?.nodes ?? [], template, ...rejectedBy(app) }];
  return [{ do: 'await-ready', ref, template: isSameTemplate(template, templateOf(set)) ? template : null, isStable: false }];
}

/** Pods of the new version are deleted: the controller waits as long as too many are missing elsewhere, and with OnDelete it deletes none. */
function isOnTheWayBack({ role, template }: Ready, { record }: App): boolean {
  const original = record?.originals.stable;
  return original ? role === 'stable' && record.action !== 'promote' && template === templateHash(templateOf(original)) : false;
}

/** What a reject takes back, wherever promote has brought it by then. A newer release finds the older one's pods on its nodes, and need not know their template. */
function rejectedBy({ record }: App): { readonly rejected?: readonly JsonObject[] } {
  return record?.tested && record.action !== 'deploy' ? { rejected: [record.tested.template] } : {};
}
