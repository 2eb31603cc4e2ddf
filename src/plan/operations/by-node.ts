/** The steps of a DaemonSet's canary in the words of the API: with OnDelete a pod that is deleted comes back with the new template. */
import { isSameTemplate, templateHash, templateOf } from '../../manifests/template.ts';
import type { JsonObject } from '../../model/kube.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { Step } from '../../model/plan.ts';
import { workloadAt } from '../../workloads/index.ts';
import { type App, templateBy } from '../world/app.ts';
import { isByNode, isOnDelete, nodesAt } from '../world/pods-by-node.ts';
import { type Await, type InOne, patchOf, setOf, stepInOne, templateChange } from './in-one.ts';

type Ready = Extract<Await, { what: 'ready' }>;

/** The step of a DaemonSet in words of its own; null where it is like any other's. */
export function onNodes(step: Step, stage: string, app: App): Batches | null {
  return isByNode(app) ? stepInOne(step, app, { ...byNode, awaited: (awaits, of) => awaited(awaits, stage, of) }) : null;
}

const byNode: Omit<InOne, 'awaited'> = {
  // The template and the strategy that replaces no pod by itself come in one write: in between the controller would roll every node.
  offer: (set, { template }, app) =>
    patchOf(set, 'offer the new template to pods that are made anew (updateStrategy OnDelete)', [
      ...templateChange(set, templateBy(template, app)),
      ...(isOnDelete(set) ? [] : [{ op: 'add', path: '/spec/updateStrategy', value: { type: 'OnDelete' } } as const]),
    ]),
  roll: {
    text: 'roll the new template on the other nodes: give its own updateStrategy back',
    strategy: set => set.spec?.updateStrategy,
  },
  original: original => original,
};

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
