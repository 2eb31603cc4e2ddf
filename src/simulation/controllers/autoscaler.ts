/** HorizontalPodAutoscalers: replicas by a metric that is set by hand. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { at, listAt, numberAt, textAt } from '../json.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { changeScale, changeStatus } from './writes.ts';

const syncMilliseconds = 1000;
/** A ratio this close to 1 changes nothing. */
const tolerance = 0.1;

/** The autoscaler: looks once a second. */
export const autoscalers: Controller = {
  name: 'autoscaler',
  keys: (_, event) => (event.key === 'autoscaling/horizontalpodautoscalers' && event.type === 'ADDED' ? [keyOf(event.object)] : []),
  reconcile: (world, key) => {
    const scaler = world.api.store.get('autoscaling/horizontalpodautoscalers', ...splitKey(key));
    if (scaler === undefined) return null;
    const target = targetOf(world, scaler);
    if (target !== undefined) scale(world, scaler, target);
    return syncMilliseconds;
  },
};

function targetOf(world: World, scaler: JsonObject): JsonObject | undefined {
  const plurals: Readonly<Record<string, string>> = { Deployment: 'deployments', ReplicaSet: 'replicasets', StatefulSet: 'statefulsets' };
  const plural = plurals[textAt(scaler, 'spec', 'scaleTargetRef', 'kind')] ?? 'deployments';
  return world.api.store.get(`apps/${plural}`, textAt(scaler, 'metadata', 'namespace'), textAt(scaler, 'spec', 'scaleTargetRef', 'name'));
}

function scale(world: World, scaler: JsonObject, target: JsonObject): void {
  const current = numberAt(target, 1, 'spec', 'replicas');
  const percent = world.metrics.get(keyOf(scaler)) ?? null;
  const desired = current === 0 ? 0 : desiredReplicas(scaler, current, percent);
  if (desired !== current) changeScale(world, target, desired);
  const status = {
    currentReplicas: numberAt(target, 0, 'status', 'replicas'),
    desiredReplicas: desired,
    currentMetrics: percent === null ? null : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percent } } }],
    conditions: at(scaler, 'status', 'conditions') ?? conditions(world),
    ...(desired === current ? lastScale(scaler) : { lastScaleTime: timestamp(world.api.clock) }),
  };
  changeStatus(world, { ...scaler, status });
}

function lastScale(scaler: JsonObject): JsonObject {
  const time = at(scaler, 'status', 'lastScaleTime');
  return time === undefined ? {} : { lastScaleTime: time };
}

function desiredReplicas(scaler: JsonObject, current: number, percent: number | null): number {
  const wanted = numberAt(listAt(scaler, 'spec', 'metrics')[0], 80, 'resource', 'target', 'averageUtilization');
  const ratio = percent === null ? 1 : percent / wanted;
  const asked = Math.abs(ratio - 1) <= tolerance ? current : Math.ceil(current * ratio);
  return Math.min(numberAt(scaler, 1, 'spec', 'maxReplicas'), Math.max(numberAt(scaler, 1, 'spec', 'minReplicas'), asked));
}

function conditions(world: World): readonly JsonObject[] {
  const lastTransitionTime = timestamp(world.api.clock);
  return [
    {
      type: 'AbleToScale',
      status: 'True',
      reason: 'ReadyForNewScale',
      message: 'recommended size matches current size',
      lastTransitionTime,
    },
    { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: 'the metric was set by hand', lastTransitionTime },
  ];
}
