import { at, records, text } from '../manifests/json.ts';
import { deploymentOf } from '../manifests/names.ts';
import { templateHash, templateOf } from '../manifests/template.ts';
import type { VariantState } from '../model/event.ts';
import type { View } from '../model/plan.ts';
import { ROLES, type Role, type Weights } from '../model/stage.ts';
import { nodeSteps } from '../strategies/by-node.ts';
import { simulate } from './order/simulate.ts';
import type { Prepared } from './prepare.ts';
import { reachedBy, statesBeside } from './words/variants.ts';
import type { App } from './world/app.ts';
import { chosenNodes, isByNode, nameOnNodes } from './world/pods-by-node.ts';
import { isNumbered, namesOf } from './world/pods-of-set.ts';
import { podsBeside, siblingsOf } from './world/siblings.ts';

/** What a plan leads to, for a dry run: its steps carried out in thought. */
export function foreseen({ apps, views, plan }: Prepared): { readonly variants: readonly VariantState[]; readonly weights: Weights } {
  const ends = apps.flatMap(app => {
    const from = views[app.key];
    const steps = plan.flat().filter(({ workload }) => workload === app.key);
    return from ? [{ app, view: steps.reduce((view, { step }) => simulate(view, step), from) }] : [];
  });
  return {
    variants: ends.flatMap(({ app, view }) => [...variantsIn(app, view, besideIn(app, ends)), ...statesBeside(app, view.shadows ?? [])]),
    weights: ends.flatMap(({ view }) => weightsIn(view) ?? [])[0] ?? {},
  };
}

/** How the requests of one workload are split; nothing where they are not. */
const weightsIn = ({ routes }: View): Weights | undefined => Object.values(routes).flatMap(route => route?.traffic.weights ?? [])[0];

interface End {
  readonly app: App;
  readonly view: View;
}

const podsIn = ({ workloads }: View): number => ROLES.reduce((sum, role) => sum + (workloads[role]?.replicas ?? 0), 0);

/** Pods of others behind the Service of a workload: of those that are planned too, as many as they will have. */
function besideIn(app: App, ends: readonly End[]): number {
  const names = siblingsOf(app).map(({ metadata }) => metadata.name);
  const planned = ends.filter(end => end.app.key !== app.key && names.includes(end.app.name));
  return podsBeside(app) + planned.reduce((sum, { view }) => sum + podsIn(view), 0);
}

function variantsIn(app: App, view: View, beside: number): readonly VariantState[] {
  const { workloads, routes } = view;
  const weights = weightsIn(view) ?? {};
  const total = podsIn(view) + beside;
  const share = (role: Role, replicas: number): number => {
    if (app.routing === 'pods') return total > 0 ? Math.round((replicas / total) * 1000) / 10 : 0;
    return Object.keys(weights).length > 0 ? (weights[role] ?? 0) / 10 : role === 'stable' ? 100 : 0;
  };
  const mirrors = Object.values(routes).find(route => route?.traffic.mirrors !== undefined)?.traffic.mirrors;
  return ROLES.flatMap(role => {
    const workload = workloads[role];
    if (!workload) return [];
    const { template, replicas } = workload;
    const name = nameIn(app, role, view);
    const copied = role === 'canary' ? mirrors?.[app.variant] : undefined;
    const reached = role === 'canary' ? reachedBy(Object.values(routes).flatMap(route => route?.traffic ?? [])) : {};
    const state = { workload: app.name, role, name, images: imagesBy(template, app), replicas, ready: replicas, ...reached };
    return [{ ...state, share: share(role, replicas), ...(copied === undefined ? {} : { copied }) }];
  });
}

function nameIn(app: App, role: Role, { workloads: { stable, canary } }: View): string {
  const pods = { stable: stable?.replicas ?? 0, canary: canary?.replicas ?? 0 };
  if (isByNode(app)) return nameOnNodes(role, app.name, canary ? chosenNodes(app, nodeSteps(app.request.inputs).at(-1) ?? 'selected') : []);
  return app.stable && isNumbered(app) ? namesOf(role, app.stable, pods) : deploymentOf(role, app);
}

function imagesBy(hash: string, { next, base, stable, file }: App): readonly string[] {
  const candidates = [next, base, stable && templateOf(stable), file && templateOf(file)];
  const template = candidates.find(candidate => candidate !== null && templateHash(candidate) === hash) ?? next;
  return records(at(template, 'spec.containers')).map(({ image }) => text(image));
}
