import { RolloutError } from '../errors.ts';
import { selectorLabels } from '../manifests/isolate.ts';
import { derived, MANAGER, partOf, VARIANT } from '../manifests/names.ts';
import { recordName } from '../manifests/record.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { labelsOf } from '../manifests/template.ts';
import { leafService, podLabels } from '../manifests/variant.ts';
import { nameOfVersion } from '../manifests/versions.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Change } from '../model/live.ts';
import type { Operation } from '../model/operation.ts';
import type { Placed, RouteView, Step } from '../model/plan.ts';
import type { Rollout } from '../model/record.ts';
import type { Gate, Role, Shadow, Traffic } from '../model/stage.ts';
import { type App, distinctionOf, servicesOf, templateBy } from './app.ts';
import { applyCarriers, endShadow, removeBrought, removeVariant, restoreOthers, withdraw, writeStable, writeVariant } from './capacity.ts';
import { trafficText } from './describe.ts';
import { isUntouched, routerOf } from './lanes.ts';
import { rolloutOf } from './remember.ts';
import { splitByOthers } from './splits.ts';
import { unreturned } from './unreturned.ts';
import { leftBeside } from './versions.ts';
import { lanesOf } from './view.ts';

/** Batches in order; the operations of one do not depend on each other. */
export type Batches = readonly (readonly Operation[])[];

/** A step in the words of the API. `app.live.objects` is what is known by now. */
export function operationsOf({ step, stage }: Placed, app: App): Batches {
  switch (step.do) {
    case 'claim':
      return [[{ do: 'claim', rollout: rolloutOf(app, step.record, step.anew), version: step.version, previous: app.stored }]];
    case 'record':
      return [[{ do: 'remember', rollout: rolloutOf(app, step.record, false) }]];
    case 'write':
      return step.role === 'stable' ? writeStable(step, app) : writeVariant({ ...step, role: step.role }, app);
    case 'serve':
      return [rootServices(app).flatMap(root => serve(root, step.role, app))];
    case 'await':
      return [awaited(step, app)];
    case 'route':
      return route(step, app);
    case 'wait':
      return [[{ ...step, seconds: waitSeconds(app), lanes: lanesOf(app) }]];
    case 'drain':
      return [drain(app)];
    case 'gate':
      return [gate(step.gate, app)];
    case 'delete':
      return removal(step, stage, app);
    case 'end':
      return endShadow(step.shadow, app);
    case 'release':
      return app.record ? [...back(app), [{ do: 'let-go', rollout: withLeft(app.record, leftBeside(app)) }]] : [];
    case 'close':
      return close(app);
  }
}

/** Who leaves no time for requests in flight has no step for them. */
const drain = ({ request: { inputs } }: App): readonly Operation[] =>
  inputs.drainSeconds > 0 ? [{ do: 'drain', seconds: inputs.drainSeconds }] : [];

function gate(which: Gate, app: App): readonly Operation[] {
  const { intervalSeconds, switchDelaySeconds } = app.request.inputs;
  switch (which) {
    case 'route':
      return lanesOf(app).map(lane => ({ do: 'gate-route', lane }));
    case 'interval':
      return intervalSeconds > 0 ? [{ do: 'hold', seconds: intervalSeconds }] : [];
    case 'switch-delay':
      return switchDelaySeconds > 0 ? [{ do: 'hold', seconds: switchDelaySeconds }] : [];
  }
}

/** How long the data plane gets to take a route where it reports nothing. */
export const waitSeconds = ({ request, routers }: App): number =>
  request.inputs.trafficDelaySeconds ?? Math.max(...routers.map(({ settleSeconds }) => settleSeconds));

const found = ({ live }: App, ref: Ref): KubeObject | undefined => live.objects[keyOf(ref)];

/** The roots as the release has them, and as they are. */
interface RootPair {
  readonly now: KubeObject;
  readonly given: KubeObject;
}

function rootServices(app: App): readonly RootPair[] {
  return app.roots.map(now => ({ now, given: app.others.find(object => keyOf(refOf(object)) === keyOf(refOf(now))) ?? now }));
}

function serve({ now, given }: RootPair, role: Role, app: App): readonly Operation[] {
  const labels = role === 'canary' && app.next ? labelsOf(app.next) : app.base ? labelsOf(app.base) : {};
  const isolation = distinctionOf(app);
  const part = partOf(role, isolation);
  const suffixes = role === 'canary' && strategyOf(app) === 'blue-green' ? [part, 'preview'] : [part];
  return suffixes
    .map(suffix => leafService(role === 'canary' ? given : now, role, { workload: app.name, labels, isolation, suffix }))
    .filter(leaf => !found(app, refOf(leaf)))
    .map(object => ({ do: 'create', object }));
}

function awaited(step: Extract<Step, { do: 'await' }>, app: App): readonly Operation[] {
  const name = step.role === 'stable' ? app.name : derived(app.name, partOf(step.role, { canary: app.variant }));
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: app.namespace, name };
  if (step.what === 'endpoints') return awaitEndpoints(step.role, ref, app);
  if (step.what === 'gone') return [{ do: 'await-stopped', ref }];
  const template = step.what === 'ready' && step.role === 'stable' ? templateBy(step.template, app) : null;
  const isCompared = app.request.inputs.action === 'deploy' && strategyOf(app) !== 'recreate';
  const isStable = step.role === 'stable' && isCompared && app.stable !== null;
  return [{ do: 'await-ready', ref, template, isStable }];
}

/** Nothing where no Service leads to the pods, or none of them is to run. */
function awaitEndpoints(role: Role, ref: Ref, app: App): readonly Operation[] {
  const workload = found(app, ref);
  const leaves = app.roots.flatMap(root => {
    const leaf = {
      apiVersion: 'v1',
      kind: 'Service',
      namespace: app.namespace,
      name: derived(root.metadata.name, partOf(role, { canary: app.variant })),
    };
    return found(app, leaf) ? [leaf.name] : [];
  });
  const services = [...(role === 'stable' || app.routing === 'pods' ? ownServices(app) : []), ...leaves];
  const chosen = workload ? selectorLabels(workload.spec) : {};
  const selector = Object.entries(workload && Object.keys(chosen).length === 0 ? podLabels(workload) : chosen).map(
    ([key, value]) => `${key}=${value}`,
  );
  const isDown = workload?.spec?.replicas === 0;
  if (isDown || services.length === 0) return [];
  return [{ do: 'await-endpoints', namespace: app.namespace, services, pods: selector.join(','), text: ref.name }];
}

/** The user's Services that lead to stable's pods: those that did when this was planned, and those that the files have brought by now. */
function ownServices(app: App): readonly string[] {
  const stable = found(app, { apiVersion: 'apps/v1', kind: 'Deployment', namespace: app.namespace, name: app.name });
  const names = [...app.services, ...servicesOf(app, app.live, stable ?? null)].map(({ metadata }) => metadata.name);
  return [...new Set(names)];
}

/** Changes of several objects in their order: what is pointed at is there before, and goes after. */
function route({ name, route: wanted, was }: Extract<Step, { do: 'route' }>, app: App): Batches {
  const lane = lanesOf(app).find(candidate => candidate.name === name);
  if (!lane) return [];
  const originals = app.record?.originals.routes.find(kept => kept.name === name)?.objects ?? [];
  const isBack = wanted === null || isUntouched(wanted);
  if (isBack && originals.length > 0 && !isShared(originals, app)) return [originals.map(object => ({ do: 'restore', object }))];
  const traffic = wanted?.traffic ?? (was?.owner === 'user' ? ALL_STABLE : null);
  const router = routerOf(lane);
  const changes = router.render(traffic, lane.root, app.live).map(change => [toOperation(change, wanted, app)]);
  return router.restarts && changes.length > 0 ? [...changes, [rolledOut(app)]] : changes;
}

/** The route is in stable's pods: it is there once they are. */
const rolledOut = ({ namespace, name }: App): Operation => ({
  do: 'await-ready',
  ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name },
  template: null,
  isStable: false,
});

/** Only the last of several rollouts gives their route back whole. */
function isShared(originals: readonly KubeObject[], app: App): boolean {
  const split = splitByOthers(app);
  return originals.some(original => split.includes(keyOf(refOf(original))));
}

/** What a user's route is given back where nobody remembers how it was, or others still split it. */
const ALL_STABLE: Traffic = { weights: { stable: 1000 } };

function toOperation(change: Change, wanted: RouteView | null, app: App): Operation {
  switch (change.do) {
    case 'create':
    case 'replace':
      return { ...change, text: trafficText(wanted?.traffic) };
    case 'remove':
      return { ...change, ...uidOf(found(app, change.ref)) };
    case 'patch':
      return { ...change, manager: MANAGER, text: `set ${trafficText(wanted?.traffic)}` };
    case 'run':
      return { ...change, command: commandOf(app), record: recordRef(app), text: `set ${trafficText(change.traffic ?? ALL_STABLE)}` };
  }
}

/** The command is the user's of this very run: none is ever taken from the cluster. */
function commandOf({ request: { inputs } }: App): string {
  if (inputs.script !== null) return inputs.script;
  throw new RolloutError(
    'INVALID_INPUT',
    'traffic-split-method script sets this rollout’s traffic, and no script is given',
    `Give ${inputs.action} the same input script as the deploy.`,
  );
}

/** The strategy that the rollout was opened with. */
const strategyOf = ({ request: { inputs }, record }: App): string =>
  inputs.action === 'deploy' ? inputs.strategy : (record?.strategy ?? inputs.strategy);

const uidOf = (object: KubeObject | undefined): { readonly uid?: string } => (object?.metadata.uid ? { uid: object.metadata.uid } : {});

function removal({ kind, role }: Extract<Step, { do: 'delete' }>, stage: string, app: App): Batches {
  if (kind === 'workload') return role === 'stable' ? withdraw(app) : removeVariant(role, stage, app);
  const part = partOf(role, { canary: app.variant });
  const leaves = app.roots
    .flatMap(root =>
      (role === 'canary' ? [part, 'preview'] : [part]).map(suffix => ({
        apiVersion: 'v1',
        kind: 'Service',
        namespace: app.namespace,
        name: derived(root.metadata.name, suffix),
      })),
    )
    .filter(ref => found(app, ref)?.metadata.labels?.[VARIANT] === part);
  return [leaves.filter(ref => found(app, ref)).map(ref => ({ do: 'remove', ref, ...uidOf(found(app, ref)) }))];
}

/** What an action ends beside its own version is remembered no longer. */
function withLeft({ others = [], ...rollout }: Rollout, left: readonly Shadow[]): Rollout {
  const living = others.filter(version => left.includes(nameOfVersion(version)));
  return { ...rollout, ...(living.length > 0 ? { others: living } : {}) };
}

/** A reject ends with everything as it was before a promote began, also where other versions keep the rollout open. */
const back = (app: App): Batches => (app.request.inputs.action === 'reject' ? [...restoreOthers(app), ...removeBrought(app)] : []);

/** Whatever a crash left with our label goes before the record does. */
function close(app: App): Batches {
  const isRecord = (object: KubeObject): boolean => object.metadata.labels?.[VARIANT] === 'record';
  const left = app.ours.filter(object => !isRecord(object) && found(app, refOf(object)));
  const routes = app.record && app.request.inputs.action === 'promote' ? applyCarriers(app) : [];
  return [
    ...back(app),
    unreturned(app),
    ...routes,
    left.map(object => ({ do: 'remove', ref: refOf(object), ...uidOf(object) })),
    [{ do: 'forget', ref: recordRef(app) }],
  ];
}

const recordRef = ({ namespace, name }: App): Ref => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(name) });
