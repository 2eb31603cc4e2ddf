/** Deployments of the files that do not run beside themselves, and come with one that does. */
import { RolloutError } from '../../errors.ts';
import { number } from '../../manifests/json.ts';
import { belongsTo, isOurs } from '../../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { isSplittable, picks } from '../../manifests/selectors.ts';
import { texts } from '../../manifests/template.ts';
import { podLabels } from '../../manifests/variant.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Request } from '../../model/request.ts';
import { asBefore } from '../../routers/before.ts';
import { routers } from '../../routers/index.ts';
import { recordsIn } from '../../routers/splits.ts';
import { isInstead } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';

/** The annotation of a Deployment that is rolled at promote, whatever runs beside its old version. */
const SKIP = 'kubernetes-rollout/skip';

/**
 * The files' Deployments that are files around another one of their namespace: those that the user leaves out, and those that no Service selects,
 * neither of the files nor of the cluster, where another has one, since they have no requests to split. Nothing splits those to a Service without an
 * address by weights. What has a rollout of its own open is none of them until that has ended.
 */
export function workersOf(request: Request, live: Live): readonly KubeObject[] {
  const { manifests, inputs } = request;
  // What is stopped before it starts again runs at no time beside itself: there each has its turn.
  if (inputs.action === 'deploy' && isInstead(inputs.strategy)) return [];
  const files = manifests.map(({ object }) => object);
  const all = [...Object.values(asBefore(live).objects), ...files].filter(({ kind }) => kind === 'Service');
  const services = isByWeights(inputs.router) ? all.filter(isSplittable) : all;
  const isServed = (deployment: KubeObject): boolean =>
    [deployment, live.objects[keyOf(refOf(deployment))] ?? deployment].some(workload => servicesOver(workload, services).length > 0);
  const deployments = files.filter(isDeployment);
  const leftOut = deployments.filter(deployment => isLeftOut(deployment, request) || isBrought(deployment, request, live));
  const meant = deployments.filter(deployment => !leftOut.includes(deployment));
  const served = meant.filter(isServed);
  const unserved = meant.filter(deployment => !served.includes(deployment) && served.some(other => isBeside(other, deployment)));
  return [...leftOut, ...unserved].filter(deployment => !isOpen(deployment, live));
}

/** Which of the objects are the user's Services over the pods of a workload. */
export const servicesOver = (workload: KubeObject, objects: readonly KubeObject[]): readonly KubeObject[] =>
  objects.filter(
    object =>
      object.kind === 'Service' &&
      !isOurs(object) &&
      isBeside(object, workload) &&
      picks(texts(object.spec?.selector), podLabels(workload)),
  );

/**
 * Whether it is a StatefulSet of one pod that cannot run both versions, and one of the files beside it can: it comes with that one at promote, as the
 * one master beside several replicas does. Whoever promotes need not say again what was left out.
 */
export function isTooSmall(file: KubeObject, request: Request, live: Live): boolean {
  const countIn = (object: KubeObject): number => number(object.spec?.replicas, 1);
  const liveOf = (object: KubeObject): KubeObject | undefined => live.objects[keyOf(refOf(object))];
  const now = liveOf(file);
  if (!isStatefulSet(file) || !now || isOpen(file, live)) return false;
  if (request.inputs.action !== 'deploy') return isBrought(file, request, live);
  const sets = request.manifests.map(({ object }) => object).filter(object => isStatefulSet(object) && isBeside(object, file));
  return countIn(now) < 2 && sets.some(other => countIn(liveOf(other) ?? other) > 1);
}

/** A name that says so, not one by which the cluster is asked. */
const isByWeights = (router: readonly string[]): boolean => router.every(name => routers[name]?.routing === 'weights');

/** Whether the user has it released without its old version beside it. */
export const isLeftOut = ({ metadata }: KubeObject, { inputs: { workloads } }: Request): boolean =>
  metadata.annotations?.[SKIP] === 'true' || (workloads.length > 0 && !workloads.includes(metadata.name));

/**
 * What nobody would run beside, or nothing, is no release in this way.
 * @throws RolloutError INVALID_INPUT.
 */
export function refuseNoneMeant(request: Request): void {
  const files = request.manifests.map(({ object }) => object).filter(isDeployment);
  const { action, workloads } = request.inputs;
  if (files.length === 0 || (action !== 'deploy' && action !== 'promote')) return;
  const strange = workloads.filter(name => !files.some(({ metadata }) => metadata.name === name));
  const names = files.map(({ metadata }) => metadata.name).join(', ');
  if (strange.length > 0)
    throw new RolloutError(
      'INVALID_INPUT',
      `workloads: the files have no Deployment ${strange.join(', ')}; they have ${names}`,
      'Correct the names.',
    );
  const alone = files.find(({ metadata: { namespace } }) =>
    files.filter(({ metadata }) => metadata.namespace === namespace).every(file => isLeftOut(file, request)),
  );
  if (!alone || action !== 'deploy') return;
  throw new RolloutError(
    'INVALID_INPUT',
    `${nameOf(refOf(alone))} is left out (by workloads or by the annotation ${SKIP}), and so is every other Deployment of its namespace: nothing remains to run beside its old version`,
    'Leave one of them in, or deploy these files with strategy: none.',
  );
}

const isBeside = ({ metadata }: KubeObject, other: KubeObject): boolean => metadata.namespace === other.metadata.namespace;

/** The deploy of another one has it among its files: whoever promotes that need not say again what was left out. */
function isBrought({ kind, metadata: { namespace, name } }: KubeObject, { inputs: { action } }: Request, live: Live): boolean {
  if (action === 'deploy') return false;
  const isIt = (file: KubeObject): boolean => file.kind === kind && file.metadata.name === name && file.metadata.namespace === namespace;
  return recordsIn(live).some(({ workload, tested }) => workload !== name && tested?.files.some(isIt) === true);
}

/** A record of it is there, or what a lost one has left. */
const isOpen = (workload: KubeObject, { objects }: Live): boolean =>
  Object.values(objects).some(object => isOurs(object) && isBeside(object, workload) && belongsTo(object, workload.metadata.name));
