/** Status conditions: what they say and since when. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isObject, listAt, textAt } from '../json.ts';

/** A status condition without its times. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** The condition of a type in an object's status; empty when there is none. */
export function conditionOf(object: JsonObject, type: string): JsonObject {
  return (
    listAt(object, 'status', 'conditions')
      .filter(isObject)
      .find(condition => condition.type === type) ?? {}
  );
}

/** The conditions with one set: the transition's time stays when its status does, everything stays when its reason does too. */
export function withCondition(conditions: readonly Json[], condition: Condition, now: string): readonly Json[] {
  const before = conditions.find(other => textAt(other, 'type') === condition.type);
  const sameStatus = textAt(before, 'status') === condition.status;
  if (sameStatus && textAt(before, 'reason') === condition.reason && condition.reason !== 'ReplicaSetUpdated') return conditions;
  const lastTransitionTime = sameStatus ? textAt(before, 'lastTransitionTime') : now;
  return [...without(conditions, condition.type), { ...condition, lastUpdateTime: now, lastTransitionTime }];
}

/** The conditions without one. */
export function without(conditions: readonly Json[], type: string): readonly Json[] {
  return conditions.filter(condition => textAt(condition, 'type') !== type);
}
