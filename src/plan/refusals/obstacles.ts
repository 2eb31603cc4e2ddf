import { RolloutError } from '../../errors.ts';
import { nameOfCopy } from '../../manifests/configuration.ts';
import { derived, isOurs } from '../../manifests/names.ts';
import { recordName } from '../../manifests/record.ts';
import { keyOf, nameOf } from '../../manifests/refs.ts';
import { nameOfVersion } from '../../manifests/versions.ts';
import type { Ref } from '../../model/kube.ts';
import { CLAIMED } from '../../model/record.ts';
import { isRouted, routeKinds, routerOf } from '../../routers/lanes.ts';
import { givesCopies, isInstead, strategyNamed } from '../../strategies/index.ts';
import { deploymentAt } from '../../workloads/deployment.ts';
import { type App, headlessOver } from '../world/app.ts';
import { refuseUncopied } from '../world/copies.ts';
import { endItFirst } from '../world/ending.ts';
import { refusePodCounts } from '../world/pod-counts.ts';
import { containersOf } from '../world/sidecars.ts';
import { lanesOf, rootLanes } from '../world/view.ts';
import { isServed, splittingKinds } from './abilities.ts';
import { refuseSharedVolume } from './claims.ts';
import { refuseForeign } from './foreign.ts';
import { refuseOtherWay } from './other-way.ts';

/**
 * Throws when a deploy cannot go on for what is around the workload: everything that a look at the objects tells before the first write.
 * @throws RolloutError UNSUPPORTED, ROLLOUT_OPEN, NO_SERVICE, ROUTER_UNAVAILABLE, FOREIGN_ROLLOUT, ROUTE_TAKEN, NAME_TAKEN, UNHEALTHY_STABLE,
 * ISOLATION_IMPOSSIBLE.
 */
export function refuseObstacles(app: App): void {
  refusePodCounts(app);
  refuseOtherWay(app);
  refuseBeside(app);
  refuseRouter(app);
  // Another tool's stable has another name: a first release beside it would get no request, or share them with it.
  refuseForeign(app);
  if (!app.stable) return;
  refuseTakenNames(app);
  refuseUnhealthy(app);
  refuseSharedVolume(app);
  if (isInstead(app.request.inputs.strategy)) return;
  if (!app.distinction) {
    throw new RolloutError(
      'ISOLATION_IMPOSSIBLE',
      `no label values keep the canary of ${nameIn(app)} out of every Service of the namespace`,
      'Use selectors that distinguish applications in the Services, or set isolation: none and accept that the canary gets requests by its pod count.',
    );
  }
  if (app.distinction.keys.length > 0) refuseUncopied(app);
}

const nameIn = ({ key }: App): string => `Deployment ${key}`;

/** Copies run beside copies: a version under another name cannot stand beside one that gets requests. */
function refuseBeside({ stored, variant, request, key }: App): void {
  const { inputs } = request;
  if (!stored || stored.stage === CLAIMED || givesCopies(stored.strategy) || !givesCopies(inputs.strategy)) return;
  if (nameOfVersion(stored) === variant) return;
  throw new RolloutError(
    'ROLLOUT_OPEN',
    `Deployment ${key}: the rollout that ${stored.run.name} opened is one of ${stored.strategy}, and ${variant} cannot get copies beside it`,
    `${endItFirst(stored, request)}.`,
  );
}

/** What takes the old version's place has all requests by whatever way they come: it asks nothing of a method that other steps of the pipeline use. */
function refuseRouter(app: App): void {
  if (isInstead(app.request.inputs.strategy)) return;
  const unserved = app.routers.find(router => !isServed(router, app.live));
  if (unserved) {
    throw new RolloutError(
      'ROUTER_UNAVAILABLE',
      `the cluster does not serve ${splittingKinds(unserved).join(' or ')}, which traffic-split-method ${unserved.name} needs`,
      'Install it, or set traffic-split-method: auto to detect what this cluster has; without any, it splits by pod counts.',
    );
  }
  if (app.routing === 'weights' && app.roots.length === 0) throw withoutService(app);
  if (!app.stable || app.routing !== 'weights') return;
  refuseUnrouted(app);
  refuseHindered(app);
}

/** A split that would reach no request must not end green. */
function refuseHindered(app: App): void {
  const containers = containersOf(app.stable, app.live);
  for (const lane of lanesOf(app)) {
    const { name, hindrance } = routerOf(lane);
    const found = hindrance?.(lane.root, app.live, containers);
    if (found) throw new RolloutError('UNSUPPORTED', `traffic-split-method ${name}: ${found.text}`, found.hint);
  }
}

function withoutService(app: App): RolloutError {
  const headless = headlessOver(app);
  if (headless.length === 0) {
    return new RolloutError(
      'NO_SERVICE',
      `no Service selects the pods of ${nameIn(app)}, neither in the files nor in the cluster, so there are no requests to split`,
      'Add the Service to the manifests, or check that its selector matches the labels of the pod template. What gets no requests is tried as a share of its pods (traffic-split-method: pod), or replaced in place (strategy: none).',
    );
  }
  return new RolloutError(
    'NO_SERVICE',
    `${headless.length > 1 ? 'Services' : 'Service'} ${headless.join(', ')} over the pods of ${nameIn(app)} ${headless.length > 1 ? 'are' : 'is'} headless: clients choose the pods by themselves, so their requests cannot be split by weights`,
    'Add a Service with a cluster IP that selects the same pods and send the requests to it, or use traffic-split-method: pod, which splits by counts of pods.',
  );
}

/** One Service with a route is enough: the requests of the others stay on stable, and a notice says so. */
function refuseUnrouted(app: App): void {
  const lost = lanesOf(app).find(lane => !isRouted(lane, app));
  const routed = rootLanes(app).filter(lane => isRouted(lane, app));
  const bare = lost ? routerOf(lost) : app.routers.find(({ name }) => !routed.some(({ router }) => router === name));
  if (!bare) return;
  const services = lost ? [lost.root.service] : app.roots.map(({ metadata }) => metadata.name);
  throw new RolloutError(
    'NO_ROUTE',
    `traffic-split-method ${bare.name}: no ${routeKinds(bare)} of namespace ${app.namespace} that it reads sends requests to Service ${services.join(' or ')}`,
    'Point the route at the Service, or choose the traffic-split-method that matches how your requests arrive.',
  );
}

function refuseTakenNames(app: App): void {
  const rivals = lanesOf(app).flatMap(lane => routerOf(lane).rivals(lane.root, app.live));
  const taken = [
    ...takenNames(app),
    ...rivals.filter(({ name }) => lanesOf(app).some(({ root }) => derived(root.service, 'rollout') === name)),
  ];
  if (taken.length > 0) {
    throw new RolloutError(
      'NAME_TAKEN',
      `${taken.map(nameOf).join(', ')} would be ours by name, but ${taken.length > 1 ? 'are' : 'is'} not of our making`,
      'Rename or remove it: the rollout never takes over your objects.',
    );
  }
  if (rivals.length > 0) {
    throw new RolloutError(
      'ROUTE_TAKEN',
      `${rivals.map(nameOf).join(', ')} already splits the requests of ${nameIn(app)}`,
      'Remove it first: two splits of one Service overwrite each other.',
    );
  }
}

function takenNames({ namespace, name, live, roots, distinction, variant, request }: App): readonly Ref[] {
  const beside = (apiVersion: string, kind: string, names: readonly string[]): readonly Ref[] =>
    names.map(taken => ({ apiVersion, kind, namespace, name: taken }));
  const leaves = [variant, 'baseline', ...strategyNamed(request.inputs.strategy).leaves];
  const wanted = [
    ...[variant, 'baseline'].map(part => deploymentAt({ namespace, name: derived(name, part) })),
    ...beside('v1', 'ConfigMap', [recordName(name)]),
    ...roots.flatMap(root =>
      beside(
        'v1',
        'Service',
        leaves.map(suffix => derived(root.metadata.name, suffix)),
      ),
    ),
    ...(distinction?.copies ?? []).flatMap(copy => beside('v1', copy.kind, [nameOfCopy(copy, variant)])),
  ];
  return wanted.filter(ref => {
    const found = live.objects[keyOf(ref)];
    return found !== undefined && !isOurs(found);
  });
}

/** A recreate that crashed behind its stop finds the zero that it made itself. */
const isStopped = ({ record, request: { inputs } }: App): boolean =>
  isInstead(inputs.strategy) && record !== null && isInstead(record.strategy) && record.originals.stable !== null;

/** Where counts are the split, the new version may have all the pods: this rollout has taken them from stable, and gives them back. */
const isEmptied = ({ routing, record }: App): boolean => routing === 'pods' && record?.router === 'pod' && record.originals.stable !== null;

function refuseUnhealthy(app: App): void {
  const {
    stable,
    request: { inputs },
    key,
  } = app;
  if (!stable || inputs.allowUnhealthyStable || isStopped(app)) return;
  const isAtZero = stable.spec?.replicas === 0 && !isEmptied(app);
  const isPaused = stable.spec?.paused === true;
  if (!isPaused && !isAtZero) return;
  const { name, namespace = 'default' } = stable.metadata;
  throw new RolloutError(
    'UNHEALTHY_STABLE',
    `stable (Deployment ${key}) is ${isPaused ? 'paused' : 'scaled to 0 replicas'}, so a canary has nothing to be compared with`,
    `${isPaused ? `Run kubectl rollout resume deployment/${name} -n ${namespace}` : 'Bring stable up'} first, or set allow-unhealthy-stable: true.`,
  );
}
