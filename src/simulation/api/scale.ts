/** The scale of workloads, a resource of its own over `spec.replicas`. */
import type { JsonObject } from '../../model/kube.ts';
import { at, listAt, numberAt, objectAt, stringsAt, textAt, withAt } from '../json.ts';
import type { Api, Asked, Target } from './api.ts';
import { checkVersion } from './check.ts';
import { changeObject, readLive } from './update.ts';

/** Whether a request is about the scale of an object. */
export function isScale(target: Target): boolean {
  return target.subresource === 'scale';
}

/** The Scale of a workload. */
export function scaleOf(object: JsonObject): JsonObject {
  const fields = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'];
  const metadata = Object.fromEntries(fields.map(field => [field, at(object, 'metadata', field)]));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: numberAt(object, 0, 'spec', 'replicas') === 0 ? {} : { replicas: numberAt(object, 0, 'spec', 'replicas') },
    status: { replicas: numberAt(object, 0, 'status', 'replicas'), selector: selectorText(objectAt(object, 'spec', 'selector')) },
  };
}

/** Sets a workload's replicas to what the Scale says, and answers the new Scale. */
export function scaleTo(api: Api, { target, options }: Asked, scale: JsonObject): JsonObject {
  const live = readLive(api, target);
  checkVersion(target, live, scale);
  const next = withAt(live, ['spec', 'replicas'], numberAt(scale, 0, 'spec', 'replicas'));
  return scaleOf(changeObject(api, { target, options }, withAt(next, ['metadata', 'managedFields'], undefined)));
}

function selectorText(selector: JsonObject): string {
  const equalities = Object.entries(stringsAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${value}`);
  const others = listAt(selector, 'matchExpressions').map(e => {
    const key = textAt(e, 'key');
    const values = `(${listAt(e, 'values').join(',')})`;
    const operator = textAt(e, 'operator');
    if (operator === 'Exists') return key;
    return operator === 'DoesNotExist' ? `!${key}` : `${key} ${operator.toLowerCase()} ${values}`;
  });
  return [...equalities, ...others].sort().join(',');
}
