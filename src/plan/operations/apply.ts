/** The user's files, as kubectl would apply them. */
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Batches, Keeper, Operation } from '../../model/operation.ts';
import type { Request } from '../../model/request.ts';
import { isLeftDown } from '../../readiness/api-service.ts';
import { awaited } from '../../readiness/index.ts';
import { isSuspended } from '../../readiness/job.ts';
import { isRouteKind } from '../../routers/lanes.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from '../world/app.ts';
import { everyWave } from '../world/order-of-kinds.ts';
import { isScaled, keepsReplicas } from '../world/size.ts';

/** A file on its way into the cluster. */
export type Applying = Extract<Operation, { do: 'apply' | 'create' }>;
type Applied = Pick<App, 'live' | 'request' | 'namespace' | 'name' | 'services' | 'file' | 'others'>;

/**
 * Files applied in waves; what is itself rolled out is awaited. An empty wave counts too: several workloads go through theirs side by side,
 * and none of them rolls before what is around the others is there.
 */
export function applyAll(objects: readonly KubeObject[], app: Applied): Batches {
  const files = [...app.request.manifests.map(({ object }) => object), ...(app.file ? [app.file] : []), ...app.others];
  return everyWave(objects).flatMap(wave => {
    const waited = wave.filter(object => !isOwn(object, app) && object.metadata.name && awaited(object) && !isSuspended(object));
    return [
      wave.map(object => ({ ...apply(object, app), ...keptBy(app, object) })),
      waited.map(file => waitFor(file, { live: app.live, files })),
    ];
  });
}

/** The cluster before the apply, and all files that are applied together. */
interface Circumstances {
  readonly live: Pick<Live, 'objects'>;
  readonly files: readonly KubeObject[];
}

/** The wait for a file that was applied. */
export function waitFor(file: KubeObject, { live, files }: Circumstances): Operation {
  const ref = refOf(file);
  const left = isLeftDown({ file, before: live.objects[keyOf(ref)], files }) ? ({ leftDown: true } as const) : {};
  return { do: 'await-ready', ref, template: null, isStable: false, ...left };
}

/** The workload itself is awaited by the plan, where its traffic is known. */
const isOwn = (object: KubeObject, { namespace, name }: Applied): boolean =>
  isDeployment(object) && object.metadata.name === name && object.metadata.namespace === namespace;

/** A route, or a Service of others, may come to carry a split of theirs while this action is under way: it is looked at as it is written. */
export function keptBy({ namespace, name, services }: Applied, object: KubeObject): { readonly keeper?: Keeper } {
  const { kind, metadata } = object;
  const isOthers = kind === 'Service' && !services.some(service => service.metadata.name === metadata.name);
  return isOthers || isRouteKind(object) ? { keeper: { namespace, name } } : {};
}

/** What tells how a file is applied. */
interface Applier {
  readonly live: Pick<Live, 'objects'>;
  readonly request: Request;
}

/**
 * As kubectl would; a count that an autoscaler or somebody's `scale` has set stays what it is, also where only `original` still tells whose
 * it was: with our own write of it we became its owners.
 */
export function apply(object: KubeObject, { live, request }: Applier, original: KubeObject | null = null): Applying {
  if (!object.metadata.name) return { do: 'create', object };
  const now = live.objects[keyOf(refOf(object))];
  return {
    do: 'apply',
    object,
    keepLive: now && (keepsReplicas(object, now, live.objects) || (original !== null && isScaled(original))) ? ['/spec/replicas'] : [],
    force: request.inputs.forceConflicts,
  };
}
