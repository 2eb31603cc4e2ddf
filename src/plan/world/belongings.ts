/** Which of the files goes with which workload. */

import { scales } from '../../manifests/autoscalers.ts';
import { mentions } from '../../manifests/configuration.ts';
import { at, records } from '../../manifests/json.ts';
import { decode, recordName } from '../../manifests/record.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { matches, picks } from '../../manifests/selectors.ts';
import { isSameTemplate, templateOf, texts } from '../../manifests/template.ts';
import { podLabels } from '../../manifests/variant.ts';
import type { JsonObject, KubeObject, Ref } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import { CLAIMED, type Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import type { Root } from '../../model/router.ts';
import { asBefore } from '../../routers/before.ts';
import { routers } from '../../routers/index.ts';
import { patchedIn } from '../../routers/lanes.ts';
import { byPartition } from '../../strategies/partition.ts';
import { DEPLOYMENT, isDeployment } from '../../workloads/deployment.ts';
import { isWorkload, rolledIn, workloadAt } from '../../workloads/index.ts';
import { isInert } from './order-of-kinds.ts';
import { isTooSmall, workersOf } from './workers.ts';

/** Which workload a request or a record means. */
export interface Target {
  readonly namespace: string;
  readonly name: string;
  /** Absent for a Deployment. */
  readonly kind?: string;
}

/** The workload of a record. */
export const targetFor = ({ namespace, workload: name, kind }: Pick<Rollout, 'namespace' | 'workload' | 'kind'>): Target => ({
  namespace,
  name,
  ...(kind === undefined ? {} : { kind }),
});

/**
 * What of the files is released step by step, in the order in which it is claimed: the Deployments that run beside themselves or, where the files
 * hold none, the StatefulSets, or else the DaemonSets.
 */
export function targetsOf(request: Request, live: Live): readonly Target[] {
  const workers = workersOf(request, live);
  const files = rolledIn(request.manifests).filter(object => !workers.includes(object) && !isTooSmall(object, request, live));
  return files
    .map(({ kind, metadata: { namespace = '', name } }) => ({ namespace, name, ...(kind === DEPLOYMENT.kind ? {} : { kind }) }))
    .filter(target => target.kind === undefined || takesSets(request, live, target))
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
}

/** Strategies that let something stand beside a StatefulSet or a DaemonSet, or stop all of it at once, are none for it. What is open is ended whatever is asked. */
function takesSets({ inputs }: Request, live: Live, { namespace, name, kind }: Target): boolean {
  const memory = live.objects[keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(name) })];
  const isOpen = memory !== undefined && decode(memory, null)?.kind === kind;
  return inputs.strategy === byPartition.name || (inputs.action !== 'deploy' && isOpen);
}

/** Every object of the files that is no Deployment, as it is around the workloads. Those without requests come with one that has some. */
export const around = ({ manifests }: Request): readonly KubeObject[] =>
  manifests.map(({ object }) => object).filter(object => !isDeployment(object));

/** A first release that died behind its record has its Services in the files only. */
export const coming = ({ inputs, manifests }: Request): Pick<Live, 'objects'> => ({
  objects: inputs.action === 'deploy' ? Object.fromEntries(manifests.map(({ object }) => [keyOf(refOf(object)), object])) : {},
});

/** How a workload stands, the one first that is the sooner to carry what several need: it waits for a promote that will come. */
const STANDINGS = ['open', 'changed', 'unchanged', 'absent'] as const;

interface Workload extends Target {
  readonly file: KubeObject;
  /** With it the Deployments that go with it. */
  readonly pods: readonly KubeObject[];
  /** Keys of the routes to its Services. */
  readonly routes: ReadonlySet<string>;
  readonly standing: (typeof STANDINGS)[number];
}

/**
 * The files around each workload, by the order of the targets. What is around several goes with one of them, and so does what is around
 * none; a route with all whose requests it may split, so that the last of them can apply it.
 */
export function belongings(request: Request, live: Live, targets: readonly Target[]): readonly (readonly KubeObject[])[] {
  const workers = request.manifests.length === 0 ? [] : workersOf(request, live);
  const isTarget = (object: KubeObject): boolean => targets.some(target => isWorkload(object, target));
  const files = [...around(request).filter(object => !isTarget(object)), ...workers];
  const world = { ...live, objects: { ...asBefore(live).objects, ...Object.fromEntries(files.map(file => [keyOf(refOf(file)), file])) } };
  const workloads = request.manifests.length === 0 ? [] : targets.map(target => workloadOf(target, request, { live, world }));
  const moment: Moment = { live, isPromote: request.inputs.action === 'promote' };
  const joined = workloads.map(workload => {
    const own = workers.filter(worker => keepersOf(worker, workloads, moment)[0] === workload);
    return { ...workload, pods: [workload.file, ...own] };
  });
  const kept = files.map(file => ({ file, keepers: keepersOf(file, joined, moment) }));
  return targets.map((_, i) => kept.filter(({ keepers }) => keepers.some(keeper => keeper === joined[i])).map(({ file }) => file));
}

interface Worlds {
  readonly live: Live;
  /** The cluster as it were with the files applied. */
  readonly world: Live;
}

function workloadOf(target: Target, request: Request, { live, world }: Worlds): Workload {
  const { namespace, name } = target;
  const file = request.manifests.map(({ object }) => object).find(object => isWorkload(object, target));
  if (!file) throw new Error(`no file of ${namespace}/${name}`);
  const services = Object.values(world.objects).filter(object => isServiceOf(object, namespace, file));
  return {
    ...target,
    file,
    pods: [file],
    routes: routesTo(
      services.map(({ metadata }) => ({ namespace, workload: name, service: metadata.name })),
      world,
    ),
    standing: standingOf(target, live),
  };
}

const isServiceOf = ({ kind, metadata, spec }: KubeObject, namespace: string, workload: KubeObject): boolean =>
  kind === 'Service' && metadata.namespace === namespace && picks(texts(spec?.selector), podLabels(workload));

function standingOf(target: Target, { objects, rendered }: Live): Workload['standing'] {
  const { namespace, name } = target;
  const stable = objects[keyOf(workloadAt(target))];
  const memory = objects[keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(name) })];
  const record = memory ? decode(memory, null) : null;
  const isFirst = record !== null && record.stage !== CLAIMED && record.originals.stable === null;
  if (!stable || isFirst) return 'absent';
  if (record) return 'open';
  const next = rendered[`${namespace}/${name}`];
  return next && !isSameTemplate(templateOf(stable), next) ? 'changed' : 'unchanged';
}

interface Moment {
  readonly live: Live;
  readonly isPromote: boolean;
}

/**
 * Beside a workload that runs, one that does not brings what is not there yet, and what is about nothing else: what runs may be touched by
 * all the rest, which waits for promote. Promote has it all go with what is open: the rest had nothing to deploy, so nothing can be promoted.
 */
function keepersOf(file: KubeObject, workloads: readonly Workload[], { live, isPromote }: Moment): readonly Workload[] {
  const key = keyOf(refOf(file));
  const open = workloads.filter(({ standing }) => isPromote && standing === 'open');
  const leads = file.kind === 'Service' ? [] : workloads.filter(({ routes }) => routes.has(key));
  const about = leads.length > 0 ? leads : workloads.filter(workload => isOfWorkload(file, workload));
  const among = firstOf(
    about.filter(workload => open.includes(workload)),
    open,
    about,
    workloads,
  ).sort((a, b) => rankOf(a) - rankOf(b));
  const isNew = live.objects[key] === undefined;
  const bringing = isNew && (about.length === 0 || isInert(file)) ? among.filter(({ standing }) => standing === 'absent') : [];
  const opening = isNew ? [] : leads.filter(({ standing }) => standing === 'open' || standing === 'changed');
  return opening.length > 0 ? opening : [...bringing, ...among].slice(0, 1);
}

/** The first of several lists that has anything in it. */
const firstOf = (...lists: readonly (readonly Workload[])[]): Workload[] => [...(lists.find(({ length }) => length > 0) ?? [])];

const rankOf = ({ standing }: Workload): number => STANDINGS.indexOf(standing);

const routesTo = (roots: readonly Root[], world: Live): ReadonlySet<string> =>
  new Set(Object.keys(routers).flatMap(router => roots.flatMap(root => patchedIn({ name: root.service, router, root }, world).map(keyOf))));

/** Whether an object is the Deployment of a workload, or is about its pods or those that go with it. */
function isOfWorkload(object: KubeObject, { pods, namespace }: Workload): boolean {
  if (object.metadata.namespace !== namespace) return false;
  return isDeployment(object) || pods.some(workload => isAbout(object, workload));
}

/** It selects its pods, sets their count, or is named by their template. */
function isAbout(object: KubeObject, workload: KubeObject): boolean {
  const { kind, spec } = object;
  const { namespace = '' } = workload.metadata;
  switch (kind) {
    case 'Service':
      return isServiceOf(object, namespace, workload);
    case 'PodDisruptionBudget':
      return matches(spec?.selector, podLabels(workload));
    case 'NetworkPolicy':
      return matches(spec?.podSelector, podLabels(workload));
    default:
      return isNamed(refOf(object), templateOf(workload)) || scales(object, { ...refOf(workload), namespace });
  }
}

/** Whether pods of a template need an object of their namespace by its name. */
export function isNamed({ kind, name }: Ref, template: JsonObject): boolean {
  switch (kind) {
    case 'ServiceAccount':
      return at(template, 'spec.serviceAccountName') === name;
    case 'PersistentVolumeClaim':
      return records(at(template, 'spec.volumes')).some(volume => at(volume, 'persistentVolumeClaim.claimName') === name);
    default:
      return mentions(template).some(mention => mention.kind === kind && mention.name === name);
  }
}
