/** Changing objects: everything that ends in a new version of a live one. */
import type { JsonObject } from '../../model/kube.ts';
import { type Manager, managersOf } from '../fields/managers.ts';
import { trackUpdate } from '../fields/track.ts';
import { at, equal, isObject, listAt, numberAt, objectAt, textAt, withAt } from '../json.ts';
import { apiVersionOf, hasSubresource, type Resource } from '../schema/resource.ts';
import { type Api, type Asked, inVersion, subjectOf, type Target, timestamp } from './api.ts';
import { readBody, withAllDefaults } from './body.ts';
import { checkObject, checkVersion } from './check.ts';
import { badRequest, notFound } from './failure.ts';

/** The live object; throws 404. */
export function readLive(api: Api, target: Target): JsonObject {
  const live = api.store.get(target.resource.key, target.namespace, target.name);
  if (live === undefined) throw notFound(subjectOf(target));
  return inVersion(target.resource, live);
}

/** PUT: replaces the object, or its status. */
export function replaceObject(api: Api, { target, options }: Asked, body: JsonObject): JsonObject {
  const live = readLive(api, target);
  const read = readBody(target, body, options);
  const name = textAt(read, 'metadata', 'name');
  if (name !== target.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  checkVersion(target, live, read);
  return changeObject(api, { target, options }, withAllDefaults(target.resource, read));
}

/** Stores `next` (complete, defaulted) as the new state of the live object; what must not change is kept. */
export function changeObject(api: Api, { target, options }: Asked, next: JsonObject): JsonObject {
  const live = readLive(api, target);
  const kept = target.subresource === 'status' ? statusChange(target.resource, live, next) : mainChange(target.resource, live, next);
  const writer = {
    manager: options.manager,
    operation: 'Update',
    apiVersion: apiVersionOf(target.resource),
    subresource: target.subresource,
    time: timestamp(api.clock),
  } as const;
  const base = baseManagers(live, next);
  const tracked =
    base.length === 0
      ? withAt(kept, ['metadata', 'managedFields'], undefined)
      : trackUpdate({ schema: target.resource.schema, writer, managers: base }, live, kept);
  return storeChange(api, { target, options }, { live, next: tracked });
}

/** The rest of every change: generation, validation, storing; the last finalizer of a deleted object takes it away. */
export function storeChange(
  api: Api,
  { target, options }: Asked,
  change: { readonly live: JsonObject; readonly next: JsonObject },
): JsonObject {
  const { live } = change;
  const next = templated(target.resource, live, carried(target.resource, live, counted(target.resource, live, change.next)));
  checkObject(target, next, live);
  if (equal(untimed(live), untimed(next))) return live;
  if (options.dryRun) return next;
  const gone =
    at(next, 'metadata', 'deletionTimestamp') !== undefined &&
    listAt(next, 'metadata', 'finalizers').length === 0 &&
    isReleased(target.resource, next);
  return gone ? api.store.remove(target.resource.key, next) : api.store.put(target.resource.key, next);
}

/** A pod goes when its node says so, a namespace when it is empty. */
function isReleased(resource: Resource, object: JsonObject): boolean {
  if (resource.key === '/pods') return numberAt(object, 0, 'metadata', 'deletionGracePeriodSeconds') === 0;
  return resource.key !== '/namespaces' || listAt(object, 'spec', 'finalizers').length === 0;
}

const systemFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'name',
  'namespace',
  'generateName',
  'selfLink',
];

/** The server's own metadata is never taken from a body. */
function mainChange(resource: Resource, live: JsonObject, next: JsonObject): JsonObject {
  const system = Object.fromEntries(systemFields.map(field => [field, at(live, 'metadata', field)]));
  const status = hasSubresource(resource, 'status') ? { status: live.status } : {};
  return withoutUndefined({ ...next, ...status, metadata: withoutUndefined({ ...objectAt(next, 'metadata'), ...system }) });
}

/** Status writes leave the spec; a controller may annotate on the way. */
function statusChange(resource: Resource, live: JsonObject, next: JsonObject): JsonObject {
  const annotations = at(next, 'metadata', 'annotations');
  const annotated = resource.custom === null && annotations !== undefined ? { annotations } : {};
  return withoutUndefined({ ...live, metadata: { ...objectAt(live, 'metadata'), ...annotated }, status: next.status });
}

/** Managers as the body gives them, when it does; one empty entry resets them, and without any nothing is tracked. */
function baseManagers(live: JsonObject, next: JsonObject): readonly Manager[] {
  const given = listAt(next, 'metadata', 'managedFields');
  if (given.length === 1 && isObject(given[0]) && Object.keys(given[0]).length === 0) return [];
  return given.length === 0 ? managersOf(live) : managersOf(next);
}

/** What the server allocated stays when a body does not name it. */
function carried(resource: Resource, live: JsonObject, next: JsonObject): JsonObject {
  if (resource.key !== '/services') return next;
  const kept = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'].filter(
    field => at(next, 'spec', field) === undefined && at(live, 'spec', field) !== undefined,
  );
  return kept.reduce((object, field) => withAt(object, ['spec', field], at(live, 'spec', field)), next);
}

/** How many templates a DaemonSet has had is the server's own to count, whatever a body says. */
function templated(resource: Resource, live: JsonObject, next: JsonObject): JsonObject {
  if (resource.key !== 'apps/daemonsets') return next;
  const annotation = ['metadata', 'annotations', 'deprecated.daemonset.template.generation'] as const;
  const before = Number(at(live, ...annotation) ?? 1);
  const isSame = equal(objectAt(live, 'spec', 'template'), objectAt(next, 'spec', 'template'));
  return withAt(next, [...annotation], String(isSame ? before : before + 1));
}

function counted(resource: Resource, live: JsonObject, next: JsonObject): JsonObject {
  const generation = at(live, 'metadata', 'generation');
  if (typeof generation !== 'number' || !isSpecChanged(resource, live, next)) return next;
  return withAt(next, ['metadata', 'generation'], generation + 1);
}

function isSpecChanged(resource: Resource, live: JsonObject, next: JsonObject): boolean {
  const rest = ({ metadata: _, ...others }: JsonObject): JsonObject => others;
  const hasStatus = resource.custom?.hasStatus ?? true;
  const parts = (object: JsonObject): JsonObject => (hasStatus ? withAt(rest(object), ['status'], undefined) : rest(object));
  return !equal(parts(live), parts(next));
}

function untimed(object: JsonObject): JsonObject {
  const managers = listAt(object, 'metadata', 'managedFields').map(entry => (isObject(entry) ? withAt(entry, ['time'], undefined) : entry));
  return withAt(object, ['metadata', 'managedFields'], managers);
}

function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
