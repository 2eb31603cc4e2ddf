import { scales } from '../../manifests/autoscalers.ts';
import { type Copied, isSameConfiguration, type Mention, mentions } from '../../manifests/configuration.ts';
import { isolationKeys, selectorLabels } from '../../manifests/isolate.ts';
import { at } from '../../manifests/json.ts';
import { belongsTo, derived, isOurs } from '../../manifests/names.ts';
import { isPhased } from '../../manifests/phases.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { isSplittable, picks } from '../../manifests/selectors.ts';
import { labelsOf, templateHash, templateOf, texts } from '../../manifests/template.ts';
import { type Distinction, podLabels } from '../../manifests/variant.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import type { TrafficRouter } from '../../model/router.ts';
import type { Routing, Shadow } from '../../model/stage.ts';
import { asBefore } from '../../routers/before.ts';
import { DEPLOYMENT, deploymentAt, isDeployment } from '../../workloads/deployment.ts';
import { isWorkload, workloadAt } from '../../workloads/index.ts';
import { around, coming, type Target } from './belongings.ts';
import { isGoingOn } from './facts.ts';
import { lentFiles, type Memory, memoryOf } from './memory.ts';
import { isByNode, sidesByNode } from './pods-by-node.ts';
import { type Sides, sidesOf } from './pods-of-set.ts';
import type { Turns } from './turns.ts';
import { servicesOver } from './workers.ts';

/** One workload and everything around it, as the files, the record and the cluster tell. */
export interface App extends Memory {
  /** namespace/name */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent for a Deployment. */
  readonly kind?: string;
  readonly request: Request;
  /** One for most; several where requests come in more than one way. */
  readonly routers: readonly TrafficRouter[];
  readonly routing: Routing;
  readonly live: Live;
  /** The workload as the files have it; null without files and record. */
  readonly file: KubeObject | null;
  /** The files that go with it. */
  readonly others: readonly KubeObject[];
  /** Jobs among them that run at a moment of the release instead of being applied. */
  readonly phases: readonly KubeObject[];
  readonly stable: KubeObject | null;
  readonly canary: KubeObject | null;
  readonly baseline: KubeObject | null;
  /** Stable's template to be, as the API server stores it. */
  readonly next: JsonObject | null;
  /** The template that the canary is compared with. */
  readonly base: JsonObject | null;
  /** Services whose requests are split, as the user has them now or, where absent, will have them. */
  readonly roots: readonly KubeObject[];
  /** Services of the user's that pick stable's pods. */
  readonly services: readonly KubeObject[];
  /** Null: no label values tell the variants apart. */
  readonly distinction: Distinction | null;
  readonly autoscaler: KubeObject | null;
  /** Everything with our label that belongs to this workload. */
  readonly ours: readonly KubeObject[];
  /** Services over its pods that the rollout of another workload splits, each with that workload; they are no roots here. */
  readonly yielded?: readonly (readonly [service: string, workload: string])[];
  /** Keys of the Deployments, of this workload and of those beside it, that the plan removes. */
  readonly leaving?: readonly string[];
  /** The order in which Deployments roll; null, or not given: none was asked for. */
  readonly turns?: Turns | null;
  /** Keys of parents that took the user's routes as little before this plan; absent for none. */
  readonly deaf?: readonly string[];
}

interface Context {
  readonly request: Request;
  readonly live: Live;
  readonly routers: readonly TrafficRouter[];
  readonly routing: Routing;
}

/** One workload's world out of what was read; `given`: the files around it. */
export function appOf(target: Target, context: Context, given: readonly KubeObject[]): App {
  const { request, live, routing } = context;
  const find = (name: string): KubeObject | null => live.objects[keyOf(deploymentAt({ namespace: target.namespace, name }))] ?? null;
  const memory = memoryOf(target, request, live);
  const { record, variant } = memory;
  const own = request.manifests.find(({ object }) => isWorkload(object, target));
  const files = own ? [own.object, ...given] : lentFiles(target, record, live);
  const file = files.find(object => isWorkload(object, target)) ?? null;
  const { stable, canary } = target.kind
    ? sidesIn(target, record, live)
    : { stable: find(target.name), canary: find(derived(target.name, variant)) };
  const key = `${target.namespace}/${target.name}`;
  const before = asBefore(live);
  const next = nextOf(key, live, record);
  const started = isGoingOn(record, request);
  const services = servicesOf(before, stable ?? file);
  return {
    key,
    ...target,
    ...context,
    file,
    others: files.filter(object => object !== file && !isPhased(object)),
    phases: files.filter(isPhased),
    stable,
    canary,
    baseline: find(derived(target.name, 'baseline')),
    ...memory,
    next,
    base: baseOf(record, stable),
    roots:
      routing === 'pods'
        ? []
        : withRecorded(record, [before, coming(request)], started ? [] : rootsOf(target, request, { file, services, live: before })),
    services,
    distinction: started ? record.distinction : distinguish({ ...context, live: before }, { target, variant, stable, next, services }),
    autoscaler: autoscalerOf(target, live),
    ours: oursOf(target, live),
  };
}

/** Of what nothing stands beside, both versions are in the one object. */
function sidesIn(target: Target, record: Rollout | null, live: Live): Sides {
  const set = live.objects[keyOf(workloadAt(target))] ?? null;
  return isByNode(target) ? sidesByNode(set, record, live) : sidesOf(set, record);
}

const nextOf = (key: string, { rendered }: Live, record: Rollout | null): JsonObject | null =>
  rendered[key] ?? record?.tested?.template ?? null;

/** The template with this hash, among those that a workload may run; null when the hash is of none of them. */
export const templateBy = (hash: string, { next, base, stable }: App): JsonObject | null =>
  [next, base, stable && templateOf(stable)].find(template => template !== null && templateHash(template) === hash) ?? null;

/** How the variants differ from stable; by nothing but our label where nothing else can be. */
export const distinctionOf = ({ distinction, variant }: App): Distinction => distinction ?? { keys: [], copies: [], ...called(variant) };

const called = (variant: Shadow): Pick<Distinction, 'canary'> => (variant === 'canary' ? {} : { canary: variant });

const inNamespace = ({ objects }: Live, namespace: string, kind: string): readonly KubeObject[] =>
  Object.values(objects).filter(object => object.kind === kind && object.metadata.namespace === namespace);

const oursOf = ({ namespace, name }: Target, { objects }: Live): readonly KubeObject[] =>
  Object.values(objects).filter(object => isOurs(object) && object.metadata.namespace === namespace && belongsTo(object, name));

function baseOf(record: Rollout | null, stable: KubeObject | null): JsonObject | null {
  const original = record?.originals.stable;
  if (original && record.base === templateHash(templateOf(original))) return templateOf(original);
  return stable && templateOf(stable);
}

/** Services of the user's that pick the workload's pods; not those that name no address of their own. */
export const servicesOf = ({ objects }: Live, workload: KubeObject | null): readonly KubeObject[] =>
  workload ? servicesOver(workload, Object.values(objects)) : [];

const selectorOf = (service: KubeObject): Readonly<Record<string, string>> => texts(at(service, 'spec.selector'));

interface Seen {
  readonly file: KubeObject | null;
  readonly services: readonly KubeObject[];
  readonly live: Live;
}

/** The files' own Services over the workload's pods, or else the cluster's: those whose requests something can split. */
function rootsOf(target: Target, request: Request, { file, services, live }: Seen): readonly KubeObject[] {
  const given = givenServices(target, request, file).map(service => live.objects[keyOf(refOf(service))] ?? service);
  const own = given.filter(isSplittable);
  return own.length > 0 ? own : services.filter(isSplittable);
}

function givenServices({ namespace }: Target, request: Request, file: KubeObject | null): readonly KubeObject[] {
  if (!file) return [];
  return around(request).filter(
    object => object.kind === 'Service' && object.metadata.namespace === namespace && picks(selectorOf(object), podLabels(file)),
  );
}

/** Names of the Services over the workload's pods that have no address: whoever calls them chooses a pod by himself. */
export function headlessOver(app: App): readonly string[] {
  const all = [...givenServices(app, app.request, app.file), ...app.services];
  return [...new Set(all.filter(service => !isSplittable(service)).map(({ metadata }) => metadata.name))];
}

/** The roots of an older rollout stay in sight until their requests are back on stable. */
function withRecorded(record: Rollout | null, seen: readonly Pick<Live, 'objects'>[], roots: readonly KubeObject[]): readonly KubeObject[] {
  const missing = (record?.services ?? []).filter(name => !roots.some(root => root.metadata.name === name));
  return [
    ...roots,
    ...missing.flatMap(name => {
      const key = keyOf({ apiVersion: 'v1', kind: 'Service', namespace: record?.namespace ?? '', name });
      return seen.flatMap(({ objects }) => objects[key] ?? []).slice(0, 1);
    }),
  ];
}

interface Compared {
  readonly target: Target;
  readonly variant: Shadow;
  readonly stable: KubeObject | null;
  readonly next: JsonObject | null;
  readonly services: readonly KubeObject[];
}

function distinguish(context: Context, compared: Compared): Distinction | null {
  const copies = copiesOf(context, compared);
  const common = { copies, ...called(compared.variant) };
  if (context.routing === 'pods' || context.request.inputs.isolation === 'none') return { keys: [], ...common };
  const keys = keysOf(context, compared);
  const shared = context.routers.some(({ sharesLeaf }) => sharesLeaf);
  return keys && { keys, ...common, ...(shared ? { shared } : {}) };
}

function keysOf({ request, live }: Context, { target, variant, stable, next }: Compared): readonly string[] | null {
  if (!stable) return [];
  const services = [
    ...inNamespace(live, target.namespace, 'Service'),
    ...around(request).filter(({ kind, metadata }) => kind === 'Service' && metadata.namespace === target.namespace),
  ];
  const selectors = [...services.filter(service => !isOurs(service)).map(selectorOf), selectorLabels(stable.spec)];
  const found = [templateOf(stable), ...(next ? [next] : [])].map(template => isolationKeys(labelsOf(template), selectors, variant));
  return found.every(keys => keys !== null) ? [...new Set(found.flat())].sort() : null;
}

/**
 * Configuration that the canary mentions and that differs from the cluster's gets a copy; what is absent is created as it is. Where other
 * workloads read it too, their canaries may have copies of their own at once.
 */
function copiesOf({ request, live }: Context, { target, next, variant }: Compared): readonly Copied[] {
  if (!next) return [];
  const given = around(request).filter(({ metadata }) => metadata.namespace === target.namespace);
  const copied = mentions(next).filter(({ kind, name }) => {
    const file = given.find(object => object.kind === kind && object.metadata.name === name);
    const now = file && live.objects[keyOf(refOf(file))];
    return file !== undefined && now !== undefined && !isSameConfiguration(file, now);
  });
  const files = request.manifests.map(({ object }) => object).filter(isDeployment);
  const beside = [...inNamespace(live, target.namespace, DEPLOYMENT.kind), ...files].filter(
    object => !isOurs(object) && object.metadata.name !== target.name && object.metadata.namespace === target.namespace,
  );
  const read = beside.flatMap(object => mentions(templateOf(object)));
  const isRead = ({ kind, name }: Mention): boolean => read.some(mention => mention.kind === kind && mention.name === name);
  return copied.map(mention => (isRead(mention) ? { ...mention, as: derived(`${mention.name}-${target.name}`, variant) } : mention));
}

function autoscalerOf(target: Target, { objects }: Live): KubeObject | null {
  return Object.values(objects).find(object => scales(object, workloadAt(target))) ?? null;
}
