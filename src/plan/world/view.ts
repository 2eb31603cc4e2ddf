import { judgesOf } from '../../gates/soak.ts';
import { number } from '../../manifests/json.ts';
import { belongsTo, derived, isOurs, partOf, VARIANT } from '../../manifests/names.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateHash, templateOf } from '../../manifests/template.ts';
import { variantTemplate } from '../../manifests/variant.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import type { Order, OriginalsView, RecordView, Routes, RunView, View, WorkloadView } from '../../model/plan.ts';
import type { Rollout } from '../../model/record.ts';
import type { Run } from '../../model/request.ts';
import type { Lane } from '../../model/router.ts';
import { type Action, ALL_STABLE, ROLES, type Role, type Split } from '../../model/stage.ts';
import type { Strategy } from '../../model/strategy.ts';
import { isRouted, patchedIn, routerOf } from '../../routers/lanes.ts';
import { carriersOfOthers, splitByOthers } from '../../routers/splits.ts';
import type { App } from './app.ts';
import { isGoingOn } from './facts.ts';
import { strategyOf } from './held.ts';
import { isByNode, nodeStages } from './pods-by-node.ts';
import { isNumbered } from './pods-of-set.ts';
import { movedPorts } from './ports.ts';
import { podsBeside } from './siblings.ts';
import { countOf } from './size.ts';
import { leftBeside, shadowNames, shadowsBeside, standing, takesAny } from './versions.ts';
import { wholeRoll } from './whole-roll.ts';

/** What the planner sees of a workload's world. */
export function viewOf(app: App): View {
  const { live, ours } = app;
  const workloads = {
    ...(app.stable ? { stable: stableView(app, app.stable) } : {}),
    ...(app.baseline ? { baseline: variantView(app, 'baseline', app.baseline) } : {}),
    ...(app.canary ? { canary: variantView(app, 'canary', app.canary) } : {}),
  };
  return {
    now: live.now,
    workloads,
    services: leafRoles(app),
    shadows: shadowsBeside(app),
    routes: routesOf(app),
    record: recordView(app),
    remains: ours.length > 0,
  };
}

/** What is asked for a workload, in the planner's words. */
export function orderOf(app: App, action: Action, strategy: Strategy): Order {
  const { inputs, run, release, process } = app.request;
  return {
    action,
    strategy,
    routing: app.routing,
    split: splitOf(app),
    variant: app.variant,
    leaves: leftBeside(app),
    release,
    next: app.next && templateHash(app.next),
    run: runView(run),
    process,
    takesAny: action === 'reject' && takesAny(app.request),
    replicas: number(app.file?.spec?.replicas, 1),
    siblings: podsBeside(app),
    onOpen: inputs.onOpen,
    acceptStableChange: inputs.acceptStableChange,
    allowUnhealthyStable: inputs.allowUnhealthyStable,
    deleteFirstRelease: inputs.deleteFirstRelease,
    acceptsAnyAnalysis: inputs.acceptAnalysis === 'none',
    movesPort: app.routing === 'weights' && movedPorts(app).length > 0,
    changesMore: changesMore(app, action),
  };
}

/** What the inputs say of the requests, and of what they wait for. */
function splitOf(app: App): Split {
  const { inputs } = app.request;
  return {
    percentage: inputs.percentage ?? 0,
    baseline: inputs.baseline,
    variantReplicas: inputs.variantReplicas,
    steps: inputs.steps,
    match: inputs.match,
    mirrorPercentage: inputs.mirrorPercentage,
    affinity: inputs.affinity,
    intervalSeconds: inputs.intervalSeconds,
    switchDelaySeconds: inputs.switchDelaySeconds,
    soakSeconds: inputs.soakSeconds,
    judges: judgesOf(inputs),
    holdSeconds: inputs.holdSeconds,
    probes: inputs.probes.length > 0,
    pods: inputs.pods,
    ...(isByNode(app) ? { nodes: nodeStages(app) } : {}),
  };
}

const runView = ({ id, name, url, pipeline, number: order, interactive }: Run): RunView => ({
  id,
  name,
  ...(url ? { url } : {}),
  ...(pipeline ? { pipeline } : {}),
  ...(order === undefined ? {} : { number: order }),
  ...(interactive ? { interactive } : {}),
});

/** What the rollout sets: every root on every router by which its requests can be split. */
export function lanesOf(app: App): readonly Lane[] {
  const { record, stable, request } = app;
  const originals = record?.originals.routes ?? [];
  if (isGoingOn(record, request) && record.originals.stable !== null)
    return rootLanes(app).filter(({ name }) => originals.some(original => original.name === name));
  const isOwed = ({ name }: Lane): boolean => originals.some(original => original.name === name && original.objects.length > 0);
  return rootLanes(app).filter(lane => !stable || isRouted(lane, app) || isOwed(lane));
}

/** Every root on every router, also those that no route of the kind leads to. With one router a lane is called after its Service. */
export function rootLanes(app: App): readonly Lane[] {
  const {
    roots,
    namespace,
    name,
    routers: chosen,
    request: { inputs },
  } = app;
  const brought = inputs.mirrorImage ? { mirrorImage: inputs.mirrorImage } : {};
  const shadows = shadowNames(app);
  const named = { ...(shadows.length > 0 ? { shadows } : {}), ...(app.variant === 'canary' ? {} : { canary: app.variant }) };
  return chosen.flatMap(router =>
    roots.map(({ metadata }) => ({
      name: chosen.length > 1 ? `${router.name}:${metadata.name}` : metadata.name,
      router: router.name,
      root: { namespace, workload: name, service: metadata.name, ...named, ...brought },
    })),
  );
}

/** Keys of the user's own objects that carry a split, this rollout's or another's: their files are applied when it is gone. */
export const carrierKeys = (app: App): readonly string[] => [
  ...lanesOf(app).flatMap(lane => patchedIn(lane, app.live).map(keyOf)),
  ...carriersOfOthers(app).map(({ key }) => key),
];

function stableView(app: App, stable: KubeObject): WorkloadView {
  return {
    ...workloadView(stable, templateHash(templateOf(stable))),
    replicas: countOf(app, stable),
    ...(wholeRoll(app) === null ? {} : { goesWhole: true }),
  };
}

function variantView(app: App, role: Role, variant: KubeObject): WorkloadView {
  return {
    ...workloadView(variant, identity(app, role, templateOf(variant))),
    ...(isNumbered(app) ? { isWithin: true } : {}),
  };
}

/** A variant runs a template of stable's with keys of its own: it is named after the one that gives it. */
function identity({ next, base, stable, distinction, record }: App, role: Role, template: JsonObject): string {
  const candidates = [next, base, record?.tested?.template ?? null, stable && templateOf(stable)].filter(candidate => candidate !== null);
  const known = distinction && candidates.find(candidate => isSameTemplate(variantTemplate(candidate, role, distinction), template));
  return templateHash(known ?? template);
}

function workloadView(workload: KubeObject, template: string): WorkloadView {
  const { metadata, status, spec } = workload;
  const isSeen = number(status?.observedGeneration) >= number(metadata.generation);
  return {
    template,
    replicas: number(spec?.replicas, 1),
    ready: isSeen ? Math.min(number(status?.readyReplicas), number(status?.updatedReplicas)) : 0,
    uid: metadata.uid ?? '',
    ours: isOurs(workload),
  };
}

/** Roles that have every leaf Service of theirs behind every root. Of a root that is not split, another rollout may have made it. */
const leafRoles = (app: App): readonly Role[] =>
  ROLES.filter(role => {
    const leaves = suffixesOf(role, app).flatMap(suffix => leavesOf(role, suffix, app));
    return leaves.every(leaf => leaf !== undefined) && leaves.some(leaf => leaf && belongsTo(leaf, app.name));
  });

/** A canary may have Services beside its own, to look at it. */
const suffixesOf = (role: Role, app: App): readonly string[] => (role === 'canary' ? [app.variant, ...strategyOf(app).leaves] : [role]);

const leavesOf = (role: Role, suffix: string, { roots, namespace, live, variant }: App): readonly (KubeObject | undefined)[] =>
  roots.map(({ metadata }) => {
    const leaf = live.objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name: derived(metadata.name, suffix) })];
    return leaf?.metadata.labels?.[VARIANT] === partOf(role, { canary: variant }) ? leaf : undefined;
  });

/** A route of ours that another workload's rollout has made of the same Service is none of this one's. */
function routesOf(app: App): Routes {
  const own = Object.entries(app.live.objects).filter(([, object]) => !isOurs(object) || belongsTo(object, app.name));
  const live = { ...app.live, objects: Object.fromEntries(own) };
  return Object.fromEntries(lanesOf(app).map(lane => [lane.name, routerOf(lane).read(lane.root, live)]));
}

function recordView(app: App): RecordView | null {
  const { record, recordVersion, live } = app;
  if (!record) return null;
  const { holder, tested, run, renewedAt, release, action, stage, done, base, replaced, whole, analysis, hold } = record;
  return {
    run,
    holder: holder && {
      run: holder.run,
      process: holder.process,
      name: holder.name,
      ...(holder.url ? { url: holder.url } : {}),
      ...(live.ended.includes(holder.process) ? { dead: true } : {}),
    },
    renewedAt,
    version: recordVersion ?? '',
    release,
    action,
    stage,
    done,
    base,
    replaced,
    next: tested && templateHash(tested.template),
    originals: originalsView(record),
    ...(whole ? { whole } : {}),
    ...(analysis ? { analysis } : {}),
    ...(hold ? { hold } : {}),
    ...standing(app),
  };
}

function originalsView({ originals: { stable, routes }, replicas }: Rollout): OriginalsView {
  return {
    stable: stable && { template: templateHash(templateOf(stable)), replicas },
    routes: Object.fromEntries(
      routes.map(({ name, objects }) => [name, objects.length > 0 ? { owner: 'user', traffic: ALL_STABLE } : null]),
    ),
  };
}

/**
 * Something around the workload differs from the cluster: the release is another one even where the template is the same. What another
 * rollout splits is no change of this one's; nor, at promote, is configuration that goes with another.
 */
function changesMore(app: App, action: Action): boolean {
  const { others, live, distinction, record } = app;
  const changed = others.map(object => keyOf(refOf(object))).filter(key => live.changed.includes(key));
  const isRead = action !== 'promote' && record === null && (distinction?.copies.length ?? 0) > 0;
  return isRead || (changed.length > 0 && !isWithin(changed, splitByOthers(app)));
}

const isWithin = (keys: readonly string[], others: readonly string[]): boolean => keys.every(key => others.includes(key));
