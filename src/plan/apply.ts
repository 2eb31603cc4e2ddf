/** The user's files, as kubectl would apply them. */
import { keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import { awaited } from '../readiness/index.ts';
import type { App } from './app.ts';
import { everyWave } from './order-of-kinds.ts';
import { isScaled, keepsReplicas } from './size.ts';

type Batches = readonly (readonly Operation[])[];

/**
 * Files applied in waves; what is itself rolled out is awaited. An empty wave counts too: several workloads go through theirs side by side,
 * and none of them rolls before what is around the others is there.
 */
export function applyAll(objects: readonly KubeObject[], app: Pick<App, 'live' | 'request'>): Batches {
  return everyWave(objects).flatMap(wave => {
    const waited = wave.filter(object => object.kind !== 'Deployment' && object.kind !== 'Job' && awaited(object));
    return [
      wave.map(object => apply(object, app)),
      waited.map(object => ({ do: 'await-ready', ref: refOf(object), template: null, isStable: false }) as const),
    ];
  });
}

/**
 * As kubectl would; a count that an autoscaler or somebody's `scale` has set stays what it is, also where only `original` still tells whose
 * it was: with our own write of it we became its owners.
 */
export function apply(object: KubeObject, { live, request }: Pick<App, 'live' | 'request'>, original: KubeObject | null = null): Operation {
  if (!object.metadata.name) return { do: 'create', object };
  const now = live.objects[keyOf(refOf(object))];
  return {
    do: 'apply',
    object,
    keepLive: now && (keepsReplicas(object, now, live.objects) || (original !== null && isScaled(original))) ? ['/spec/replicas'] : [],
    force: request.inputs.forceConflicts,
  };
}
