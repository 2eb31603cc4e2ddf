/** ResourceQuotas: how much of them is used. */
import type { JsonObject } from '../../model/kube.ts';
import { podUsage } from '../api/admission.ts';
import { stringsAt, textAt } from '../json.ts';
import { type Controller, keyOf, splitKey } from './controller.ts';
import { isActive } from './pods.ts';
import { changeStatus } from './writes.ts';

/** The quota controller. */
export const quotas: Controller = {
  name: 'quota',
  keys: (world, event) => {
    if (event.key === '/resourcequotas') return event.type === 'DELETED' ? [] : [keyOf(event.object)];
    return event.key === '/pods' ? world.api.store.list('/resourcequotas', textAt(event.object, 'metadata', 'namespace')).map(keyOf) : [];
  },
  reconcile: (world, key) => {
    const [namespace, name] = splitKey(key);
    const quota = world.api.store.get('/resourcequotas', namespace, name);
    if (quota === undefined) return null;
    const pods = world.api.store.list('/pods', namespace).filter(isActive);
    changeStatus(world, { ...quota, status: { hard: stringsAt(quota, 'spec', 'hard'), used: used(quota, pods) } });
    return null;
  },
};

function used(quota: JsonObject, pods: readonly JsonObject[]): JsonObject {
  const usage = podUsage(pods);
  return Object.fromEntries(Object.keys(stringsAt(quota, 'spec', 'hard')).map(name => [name, String(usage[name] ?? 0)]));
}
