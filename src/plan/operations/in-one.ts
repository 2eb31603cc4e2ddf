/** The steps of a canary inside one object, which runs both versions: in some of its pods the new one. No data plane has to hear of it, and nothing is removed. */
import { keyOf, refOf } from '../../manifests/refs.ts';
import { asRead, isSameTemplate, templateHash, templateOf } from '../../manifests/template.ts';
import type { JsonObject, KubeObject, PatchOperation } from '../../model/kube.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { Step } from '../../model/plan.ts';
import { workloadAt } from '../../workloads/index.ts';
import type { App } from '../world/app.ts';
import { comesFirst } from '../world/order-of-kinds.ts';
import { apply, applyAll } from './apply.ts';
import { absents, restoreOthers, writeStable } from './capacity.ts';

/** A step that writes a variant. */
export type Write = Extract<Step, { do: 'write' }>;
/** A step that waits for one. */
export type Await = Extract<Step, { do: 'await' }>;

/** What is particular to a kind of object. */
export interface InOne {
  /** The write by which pods get the new version. */
  offer(set: KubeObject, step: Write, app: App): Operation;
  /** What promote says, and how the object rolls then where nobody knows the user's own way. */
  readonly roll: { readonly text: string; readonly strategy: (set: KubeObject) => unknown };
  /** The old object as it comes back. */
  original(original: KubeObject, set: KubeObject): KubeObject;
  awaited(step: Await, app: App): readonly Operation[];
}

/** The step in words of its own; null where it is like that of any other workload. */
export function stepInOne(step: Step, app: App, one: InOne): Batches | null {
  switch (step.do) {
    case 'write':
      return write(step, app, one);
    case 'await':
      return [one.awaited(step, app)];
    case 'wait':
    case 'drain':
      return [];
    case 'delete':
      return step.role === 'canary' ? [] : null;
    default:
      return null;
  }
}

/** The object as it was read. */
export const setOf = (app: App): KubeObject | null => app.live.objects[keyOf(workloadAt(app))] ?? null;

/** What a step writes. Pods of the old version become fewer by those of the new one alone, so that step of stable's writes nothing. */
function write(step: Write, app: App, one: InOne): Batches {
  const set = setOf(app);
  if (!set) return writeStable(step, app);
  if (step.role === 'canary') return [absents(app), [one.offer(set, step, app)]].filter(({ length }) => length > 0);
  const original = app.record?.originals.stable ?? null;
  if (app.record?.action === 'promote') return rollAll(set, app, one);
  if (original === null) return [];
  if (step.template !== templateHash(templateOf(original))) return rollAll(set, app, one);
  const isBack = step.replicas >= (app.record?.replicas ?? 0);
  return isBack ? [...restoreOthers(app), [{ do: 'restore', object: one.original(original, set) }]] : [];
}

/** The roll comes first, whole, so that what the new version dropped is gone; the apply behind it changes nothing in the template. */
function rollAll(set: KubeObject, app: App, { roll }: InOne): Batches {
  const { next, file, others, record } = app;
  if (!next || !file) return [];
  const value = record?.originals.stable?.spec?.updateStrategy ?? roll.strategy(set);
  const rolling = patchOf(set, roll.text, [...templateChange(set, next), { op: 'add', path: '/spec/updateStrategy', value }]);
  return [
    ...applyAll(others.filter(comesFirst), app),
    [rolling],
    [apply(file, app, record?.originals.stable ?? set)],
    ...applyAll(
      others.filter(object => !comesFirst(object)),
      app,
    ),
  ];
}

/** The template where it is another one. */
export const templateChange = (set: KubeObject, next: JsonObject | null): readonly PatchOperation[] =>
  next && !isSameTemplate(next, templateOf(set)) ? [{ op: 'replace', path: '/spec/template', value: next }] : [];

/** A change of the object as it was read. */
export const patchOf = (set: KubeObject, text: string, changes: readonly PatchOperation[]): Operation => ({
  do: 'patch',
  ref: refOf(set),
  manager: 'kubectl',
  text,
  operations: [...asRead(set), ...changes],
});
