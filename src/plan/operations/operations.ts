import { awaitsOf } from '../../gates/index.ts';
import { belongsTo, deploymentOf, derived, partOf, VARIANT } from '../../manifests/names.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { labelsOf } from '../../manifests/template.ts';
import { leafService } from '../../manifests/variant.ts';
import { nameOfVersion } from '../../manifests/versions.ts';
import { byCase } from '../../model/cases.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { Placed, Step } from '../../model/plan.ts';
import type { Rollout } from '../../model/record.ts';
import type { Action, Gate, Role, Shadow } from '../../model/stage.ts';
import { everyLeaf } from '../../strategies/index.ts';
import { deploymentAt } from '../../workloads/deployment.ts';
import { type App, distinctionOf, templateBy } from '../world/app.ts';
import { awaitEndpoints, found, isOwnLeaf } from '../world/endpoints.ts';
import { strategyOf } from '../world/held.ts';
import { unreturned } from '../world/unreturned.ts';
import { leftBeside } from '../world/versions.ts';
import { lanesOf } from '../world/view.ts';
import { onNodes } from './by-node.ts';
import { applyCarriers, endShadow, removeBrought, removeVariant, restoreOthers, withdraw, writeStable, writeVariant } from './capacity.ts';
import { numbered } from './partition.ts';
import { passageOf } from './passage.ts';
import { rolloutOf } from './remember.ts';
import { recordRef, routeOperations, uidOf } from './route-operations.ts';

/** A step in the words of the API. `app.live.objects` is what is known by now. */
export function operationsOf({ step, stage }: Placed, app: App): Batches {
  return numbered(step, app) ?? onNodes(step, stage, app) ?? operationsBy(step, stage, app);
}

const operationsBy = byCase<'do', Step, [stage: string, app: App], Batches>('do', {
  claim: (step, _, app) => [
    [{ do: 'claim', rollout: rolloutOf(app, step.record, step.anew), version: step.version, previous: app.stored }],
  ],
  record: (step, _, app) => [[{ do: 'remember', rollout: rolloutOf(app, step.record, false) }]],
  write: (step, _, app) => (step.role === 'stable' ? writeStable(step, app) : writeVariant({ ...step, role: step.role }, app)),
  serve: (step, _, app) => [rootServices(app).flatMap(root => serve(root, step.role, app))],
  await: (step, stage, app) => [awaited(step, stage, app)],
  route: (step, _, app) => routeOperations(step, app),
  wait: (step, _, app) => [[wait(step, app)]],
  drain: (step, _, app) => [[...drain(app), ...(step.beside ? [wait(step.beside, app)] : [])]],
  gate: (step, _, app) => [awaitsOf(step.gate, passageOf(app))],
  delete: (step, stage, app) => removal(step, stage, app),
  end: (step, _, app) => endShadow(step.shadow, app),
  release: (step, _, app) =>
    app.record ? [...back(step.action, app), [{ do: 'let-go', rollout: withLeft(app.record, leftBeside(app)) }]] : [],
  close: (step, _, app) => close(step.action, app),
});

const wait = ({ behind = [], brief, ...step }: Extract<Step, { do: 'wait' }>, app: App): Operation => ({
  ...step,
  ...sharesOf(behind, app),
  seconds: brief ? 0 : waitSeconds(app),
  lanes: lanesOf(app),
  ...(app.deaf ? { deaf: app.deaf } : {}),
});

/** The shares that are compared next. */
function sharesOf(gates: readonly Gate[], app: App): Pick<Extract<Operation, { do: 'wait' }>, 'shares'> {
  const awaited = gates.flatMap(gate => awaitsOf(gate, passageOf(app)));
  const shares = awaited.filter(operation => operation.do === 'gate-share');
  return shares.length > 0 ? { shares } : {};
}

/** Who leaves no time for requests in flight has no step for them. */
const drain = ({ request: { inputs } }: App): readonly Operation[] =>
  inputs.drainSeconds > 0 ? [{ do: 'drain', seconds: inputs.drainSeconds }] : [];

/** How long the data plane gets to take a route where it reports nothing. */
export const waitSeconds = ({ request, routers }: App): number =>
  request.inputs.trafficDelaySeconds ?? Math.max(...routers.map(({ settleSeconds }) => settleSeconds));

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
  const splitBy = app.routers.find(({ isMute }) => isMute)?.name;
  const leaf = { workload: app.name, labels, isolation, isOneOf: app.roots.length > 1, ...(splitBy ? { splitBy } : {}) };
  const part = partOf(role, isolation);
  const suffixes = role === 'canary' ? [part, ...strategyOf(app).leaves] : [part];
  return suffixes
    .map(suffix => leafService(role === 'canary' ? given : now, role, { ...leaf, suffix }))
    .filter(leaf => !found(app, refOf(leaf)))
    .map(object => ({ do: 'create', object }));
}

function awaited(step: Extract<Step, { do: 'await' }>, stage: string, app: App): readonly Operation[] {
  if (step.what === 'endpoints') return awaitEndpoints(step.role, app);
  const ref = deploymentAt({ namespace: app.namespace, name: deploymentOf(step.role, app) });
  if (step.what === 'gone') return [{ do: 'await-stopped', ref }];
  const template = step.what === 'ready' && step.role === 'stable' ? templateBy(step.template, app) : null;
  const isCompared = app.request.inputs.action === 'deploy' && strategyOf(app).place !== 'instead';
  const isStable = step.role === 'stable' && isCompared && app.stable !== null;
  const leaving = leavingMeanwhile(step, stage, app);
  return [{ do: 'await-ready', ref, template, isStable, ...(leaving.length > 0 ? { leaving } : {}) }];
}

/** What is taken away while the pods are waited for. */
function leavingMeanwhile(step: Extract<Step, { do: 'await' }>, stage: string, app: App): readonly Operation[] {
  const steps = step.what === 'ready' ? (step.leaving ?? []) : [];
  return steps.flatMap(next => operationsOf({ workload: app.key, stage, step: next }, app)).flat();
}

function removal({ kind, role }: Extract<Step, { do: 'delete' }>, stage: string, app: App): Batches {
  if (kind === 'workload') return role === 'stable' ? withdraw(app) : removeVariant(role, stage, app);
  const part = partOf(role, { canary: app.variant });
  const leaves = app.roots
    .flatMap(root =>
      (role === 'canary' ? [part, ...everyLeaf] : [part]).map(suffix => ({
        apiVersion: 'v1',
        kind: 'Service',
        namespace: app.namespace,
        name: derived(root.metadata.name, suffix),
      })),
    )
    .filter(ref => isOwnLeaf(ref, part, app));
  return [leaves.map(ref => ({ do: 'remove', ref, ...uidOf(found(app, ref)) }))];
}

/** What an action ends beside its own version is remembered no longer. */
function withLeft({ others = [], ...rollout }: Rollout, left: readonly Shadow[]): Rollout {
  const living = others.filter(version => left.includes(nameOfVersion(version)));
  return { ...rollout, ...(living.length > 0 ? { others: living } : {}) };
}

/**
 * A reject ends with everything as it was before, also where other versions keep the rollout open, or where a failed deploy is rejected at once: there
 * `action` is another than what the inputs say.
 */
const back = (action: Action, app: App): Batches =>
  action === 'reject' ? [...restoreOthers(app), ...removeBrought(app), removed(goingOf(app))] : [];

const removed = (objects: readonly KubeObject[]): readonly Operation[] =>
  objects.filter(object => !isRecord(object)).map(object => ({ do: 'remove', ref: refOf(object), ...uidOf(object) }));

const isRecord = ({ metadata }: KubeObject): boolean => metadata.labels?.[VARIANT] === 'record';

/** Whatever a crash left with our label goes before the record does. Files of routes come when the new version has taken the old one's place. */
function close(action: Action, app: App): Batches {
  const left = [...app.ours.filter(object => found(app, refOf(object))), ...(action === 'reject' ? [] : goingOf(app))];
  const isTaken = action === 'promote' || (action === 'deploy' && app.stable !== null && strategyOf(app).place === 'instead');
  const routes = app.record && isTaken ? applyCarriers(app) : [];
  return [...back(action, app), unreturned(app), ...routes, removed(left), [{ do: 'forget', ref: recordRef(app) }]];
}

/** What was on its way out when this was planned, and was not made anew: the end is when it is gone. */
const goingOf = (app: App): readonly KubeObject[] =>
  (app.live.going ?? []).filter(
    object => object.metadata.namespace === app.namespace && belongsTo(object, app.name) && !found(app, refOf(object)),
  );
