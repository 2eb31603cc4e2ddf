import { RolloutError } from '../../errors.ts';
import { APPLICATION, ourLabels, VARIANT } from '../../manifests/names.ts';
import { keyOf } from '../../manifests/refs.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import { CLAIMED, type Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import type { Root, TrafficRouter } from '../../model/router.ts';
import type { Routing } from '../../model/stage.ts';
import type { Strategy } from '../../model/strategy.ts';
import { routers } from '../../routers/index.ts';
import { OF_INGRESS, routersOfIngress } from '../../routers/of-ingress.ts';
import { byNode } from '../../strategies/by-node.ts';
import { strategies, strategyNamed } from '../../strategies/index.ts';
import { byPartition } from '../../strategies/partition.ts';
import { deploymentAt } from '../../workloads/deployment.ts';
import { isServed } from '../refusals/abilities.ts';
import { appOf } from '../world/app.ts';
import type { Target } from '../world/belongings.ts';
import { heldName } from '../world/held.ts';
import { isByNode } from '../world/pods-by-node.ts';
import { isNumbered } from '../world/pods-of-set.ts';
import { standingIn } from '../world/stand-in.ts';

/** How a rollout goes, and what the user should know of the choice. */
export interface Chosen {
  readonly routers: readonly TrafficRouter[];
  readonly routing: Routing;
  readonly strategy: Strategy;
  readonly notices: readonly string[];
}

/** The workload that is meant, beside all of the request, and their records. */
export interface Chooser {
  readonly target: Target;
  readonly targets: readonly Target[];
  readonly open: readonly Rollout[];
}

/**
 * What the inputs ask for; promote and reject go on with what this very rollout was opened with, whatever their inputs say.
 * @throws RolloutError UNSUPPORTED for a name that no table holds.
 */
export function choose(request: Request, live: Live, { target, targets, open }: Chooser): Chosen {
  const { inputs } = request;
  if (isNumbered(target)) return { ...chosenBy(['pod']), strategy: byPartition };
  if (isByNode(target)) return { ...chosenBy(['pod']), strategy: byNode };
  const own = open.filter(({ workload, namespace }) => workload === target.name && namespace === target.namespace);
  const opened = inputs.action === 'deploy' ? undefined : own.find(({ stage }) => stage !== CLAIMED);
  const name = heldName(inputs, opened);
  const strategy = strategies[name];
  if (!strategy) throw unsupported(`strategy ${name}`);
  if (inputs.action !== 'deploy' && !opened) return { ...chosenBy(leftNames(live, target)), strategy };
  if (opened) return { ...chosenBy(opened.router.split(',')), strategy };
  return { ...chosenHere(request, live, { target, targets, open }), strategy };
}

/** What a deploy of one workload asks for, carried out by whoever the mesh around its pods hears. */
function chosenHere(request: Request, live: Live, { target, targets, open }: Chooser): Omit<Chosen, 'strategy'> {
  const { inputs } = request;
  const own = open.filter(({ workload, namespace }) => workload === target.name && namespace === target.namespace);
  const method = inputs.router.join();
  const search = searches[method];
  const chosen = search ? (goesOn([...own, ...open], method) ?? search(request, live, targets)) : byName(request, live, targets);
  const stable = live.objects[keyOf(deploymentAt(target))] ?? null;
  const names = chosen.routers.map(({ name }) => name);
  const stood = standingIn(names, { live, stable, opened: own.find(isStanding)?.router ?? null });
  return chosenBy(stood.names, ...chosen.notices, ...stood.notices);
}

function byName(request: Request, live: Live, targets: readonly Target[]): Omit<Chosen, 'strategy'> {
  const { router, strategy } = request.inputs;
  const better = router.includes('pod') && strategyNamed(strategy).reach === 'share' ? found(request, live, targets) : null;
  const notices = better ? [`${better.why}: traffic-split-method ${better.names.join(',')} would split by weights instead of pods.`] : [];
  return chosenBy(router, ...notices);
}

const isStanding = ({ stage, originals }: Rollout): boolean => stage !== CLAIMED && originals.stable !== null;

/** Only the routers that split an open rollout's requests know how to give them back. */
function goesOn(open: readonly Rollout[], method: string): Omit<Chosen, 'strategy'> | null {
  const standing = open.find(isStanding);
  if (!standing) return null;
  const { router, run } = standing;
  return chosenBy(router.split(','), `traffic-split-method ${method}: the rollout that ${run.name} opened uses ${router}`);
}

type Search = (request: Request, live: Live, targets: readonly Target[]) => Omit<Chosen, 'strategy'>;

/** Methods that stand for whatever is found. */
const searches: Readonly<Record<string, Search>> = { auto: byItself, [OF_INGRESS]: byIngress };

function byIngress(request: Request, live: Live, targets: readonly Target[]): Omit<Chosen, 'strategy'> {
  const { roots, found: best } = pointing(routersOfIngress(), { request, live, targets });
  if (best) return chosenBy(best.names, `traffic-split-method ${OF_INGRESS}: ${best.why}`);
  throw new RolloutError(
    'NO_ROUTE',
    `traffic-split-method ${OF_INGRESS}: no Ingress that ingress-nginx or the AWS Load Balancer Controller reads leads to Service ${roots.map(({ service }) => service).join(' or ')}`,
    'Set traffic-split-method to what splits the requests; service switches them for every caller.',
  );
}

function byItself(request: Request, live: Live, targets: readonly Target[]): Omit<Chosen, 'strategy'> {
  const best = found(request, live, targets) ?? { names: ['pod'], why: 'no route and no mesh was found, so pod counts split the requests' };
  return chosenBy(best.names, `traffic-split-method auto: ${best.why}`);
}

function chosenBy(names: readonly string[], ...notices: readonly string[]): Omit<Chosen, 'strategy'> {
  const unknown = names.find(name => !routers[name]);
  if (unknown !== undefined) throw unsupported(`traffic-split-method ${unknown}`);
  const chosen = names.flatMap(name => routers[name] ?? []);
  return {
    routers: chosen,
    routing: chosen.every(({ routing }) => routing === 'pods') ? 'pods' : 'weights',
    notices,
  };
}

/** Without a record the objects that are left tell by which routers requests still come. */
function leftNames(live: Live, { namespace, name }: Target): readonly string[] {
  const label = ourLabels('record', name)[APPLICATION];
  const left = Object.values(live.objects).filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[APPLICATION] === label,
  );
  const roots = left.flatMap(leafRoot);
  const found = weighing().filter(router => isServed(router, live) && roots.some(root => isSplitBy(router, root, live)));
  const switched = Object.values(routers).filter(router => router.switches && roots.some(root => isSwitchedBy(router, root, live)));
  const names = [...found, ...switched];
  return names.length > 0 ? names.map(({ name }) => name) : roots.length > 0 ? ['smi'] : ['pod'];
}

/** The Service behind which a leaf of a new version stands. */
function leafRoot({ kind, metadata }: KubeObject): readonly Root[] {
  const part = metadata.labels?.[VARIANT] ?? '';
  const isLeaf = kind === 'Service' && !['', 'stable', 'baseline'].includes(part) && metadata.name.endsWith(`-${part}`);
  const named = part === 'canary' ? {} : { shadows: [part], canary: part };
  return isLeaf ? [{ namespace: metadata.namespace ?? '', workload: '', service: metadata.name.slice(0, -part.length - 1), ...named }] : [];
}

function isSplitBy(router: TrafficRouter, root: Root, live: Live): boolean {
  const route = router.read(root, live);
  return (
    route !== null &&
    (route.owner === 'ours' || route.traffic.mirrors !== undefined || Object.keys(route.traffic.weights).some(role => role !== 'stable'))
  );
}

/** What a Service selects tells of a rollout only where it is the new version's pods. */
const isSwitchedBy = (router: TrafficRouter, root: Root, live: Live): boolean => router.read(root, live)?.traffic.weights.canary === 1000;

/** Routers that split by weights; a Service's selector is everybody's and tells nothing. */
const weighing = (): readonly TrafficRouter[] =>
  Object.values(routers).filter(({ routing, switches }) => routing === 'weights' && !switches);

interface Found {
  readonly names: readonly string[];
  readonly why: string;
}

/** A route of a kind we know that points at the application's Service, or else a mesh with SMI. */
function found(request: Request, live: Live, targets: readonly Target[]): Found | null {
  const { roots, found: best } = pointing(weighing(), { request, live, targets });
  if (best) return best;
  const smi = routers.smi;
  return smi && roots.length > 0 && isServed(smi, live) ? { names: ['smi'], why: 'the cluster has a mesh that reads TrafficSplits' } : null;
}

interface Looked {
  readonly request: Request;
  readonly live: Live;
  readonly targets: readonly Target[];
}

/** The first of the routers of whose kinds a route leads to one of the Services. */
function pointing(candidates: readonly TrafficRouter[], { request, live, targets }: Looked) {
  const roots = targets.flatMap(target => {
    const app = appOf(target, { request, live, routers: [], routing: 'weights' }, []);
    return app.roots.map(({ metadata }): Root => ({ namespace: app.namespace, workload: app.name, service: metadata.name }));
  });
  const routesOf = (router: TrafficRouter, root: Root): readonly Ref[] => [
    ...router.carriers(root, live),
    ...(router.beside?.(root, live) ?? []),
  ];
  for (const router of candidates.filter(candidate => isServed(candidate, live))) {
    const root = roots.find(candidate => routesOf(router, candidate).length > 0);
    const carrier = root && routesOf(router, root)[0];
    if (root && carrier)
      return { roots, found: { names: [router.name], why: `${carrier.kind} ${carrier.name} sends requests to Service ${root.service}` } };
  }
  return { roots, found: null };
}

const unsupported = (what: string): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    `this version knows no ${what}`,
    'Use the version of this tool that opened the rollout, or choose one that the reference lists.',
  );
