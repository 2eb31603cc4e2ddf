/** APIServices: whether the server of an API of its own answers. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { hasReadyEndpoint } from '../api/webhooks.ts';
import { objectAt, stringsAt, textAt } from '../json.ts';
import { SERVICE_LABEL } from '../objects/endpoint-slice.ts';
import type { StoreEvent } from '../store/store.ts';
import { conditionOf } from './conditions.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { changeStatus, nameOf } from './writes.ts';

const servicesKey = 'apiregistration.k8s.io/apiservices';

/** The controller that asks after them. */
export const apiServices: Controller = {
  name: 'api-services',
  keys: (world, event) => {
    if (event.key === servicesKey) return event.type === 'DELETED' ? [] : [keyOf(event.object)];
    const behind = serviceOf(event);
    return behind === null ? [] : world.api.store.list(servicesKey, '').filter(isBehind(behind)).map(keyOf);
  },
  reconcile: (world, key) => {
    const object = world.api.store.get(servicesKey, ...splitKey(key));
    if (object !== undefined) ask(world, object);
    return null;
  },
};

interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** The Service that has changed, or whose endpoints have. */
function serviceOf({ key, object }: StoreEvent): Place | null {
  const namespace = textAt(object, 'metadata', 'namespace');
  if (key === '/services') return { namespace, name: nameOf(object) };
  if (key !== 'discovery.k8s.io/endpointslices') return null;
  return { namespace, name: stringsAt(object, 'metadata', 'labels')[SERVICE_LABEL] ?? '' };
}

const isBehind =
  ({ namespace, name }: Place) =>
  (object: JsonObject): boolean =>
    textAt(object, 'spec', 'service', 'name') === name && textAt(object, 'spec', 'service', 'namespace') === namespace;

function ask(world: World, object: JsonObject): void {
  const found = answerOf(world, objectAt(object, 'spec', 'service'));
  const before = conditionOf(object, 'Available');
  if (textAt(before, 'reason') === found.reason) return;
  const condition = { type: 'Available', ...found, lastTransitionTime: timestamp(world.api.clock) };
  changeStatus(world, { ...object, status: { conditions: [condition] } }, 'kube-apiserver');
}

function answerOf({ api }: World, service: JsonObject): Readonly<Record<'status' | 'reason' | 'message', string>> {
  const [name, namespace] = [textAt(service, 'name'), textAt(service, 'namespace')];
  if (name === '') return { status: 'True', reason: 'Local', message: 'Local APIServices are always available' };
  const about = `service/${name} in "${namespace}"`;
  if (api.store.get('/services', namespace, name) === undefined)
    return { status: 'False', reason: 'ServiceNotFound', message: `${about} is not present` };
  if (hasReadyEndpoint(api, service)) return { status: 'True', reason: 'Passed', message: 'all checks passed' };
  return { status: 'False', reason: 'MissingEndpoints', message: `endpoints for ${about} have no addresses` };
}
