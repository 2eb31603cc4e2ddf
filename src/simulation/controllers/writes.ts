/** How controllers write: through the API's own rules, as the managers that a real cluster shows. */
import type { JsonObject } from '../../model/kube.ts';
import { type Target, targetOf, type WriteOptions } from '../api/api.ts';
import { createObject } from '../api/create.ts';
import { ApiFailure } from '../api/failure.ts';
import { plainRemoval, type Removal, removeObject } from '../api/remove.ts';
import { changeObject } from '../api/update.ts';
import { at, equal, isObject, listAt, objectAt, textAt, withAt } from '../json.ts';
import type { World } from './controller.ts';

const controllerManager = 'kube-controller-manager';

/** Creates an object; throws `ApiFailure`. */
export function create(world: World, object: JsonObject): JsonObject {
  return createObject(world.api, { target: { ...target(world, object), name: '' }, options: options(controllerManager) }, object);
}

/** Stores a changed object; nothing happens when it is gone meanwhile. */
export function change(world: World, object: JsonObject): JsonObject {
  return write(world, object, { subresource: '', manager: controllerManager });
}

/** Stores a workload's changed replicas, as a write to its scale does. */
export function changeScale(world: World, object: JsonObject, replicas: number): void {
  write(world, withAt(object, ['spec', 'replicas'], replicas), { subresource: 'scale', manager: controllerManager });
}

/** Stores an object's changed status. */
export function changeStatus(world: World, object: JsonObject, manager = controllerManager): JsonObject {
  return write(world, object, { subresource: 'status', manager });
}

/** Deletes an object; nothing happens when it is gone already. */
export function remove(world: World, object: JsonObject, removal: Partial<Removal> = {}): void {
  tolerant(() => removeObject(world.api, target(world, object), { ...plainRemoval, uid: textAt(object, 'metadata', 'uid'), ...removal }));
}

/** The live objects of a kind that an owner controls. */
export function controlled(world: World, key: string, owner: JsonObject): readonly JsonObject[] {
  const uid = textAt(owner, 'metadata', 'uid');
  return world.api.store.ownedBy(uid, key).filter(object => controllerUid(object) === uid);
}

/** The uid of the object's controller, or `''`. */
export function controllerUid(object: JsonObject): string {
  return textAt(controllerOf(object), 'uid');
}

/** The reference to the object's controller; empty when it has none. */
export function controllerOf(object: JsonObject): JsonObject {
  return (
    listAt(object, 'metadata', 'ownerReferences')
      .filter(isObject)
      .find(owner => owner.controller === true) ?? {}
  );
}

/** The reference by which `owner` controls an object. */
export function controllerReference(owner: JsonObject): JsonObject {
  const { apiVersion, kind } = owner;
  return {
    apiVersion,
    kind,
    name: textAt(owner, 'metadata', 'name'),
    uid: textAt(owner, 'metadata', 'uid'),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The object without a controller, now with one. */
export function adopt(world: World, object: JsonObject, owner: JsonObject): JsonObject {
  return change(
    world,
    withAt(object, ['metadata', 'ownerReferences'], [...listAt(object, 'metadata', 'ownerReferences'), controllerReference(owner)]),
  );
}

/** Whether the object is being deleted. */
export function isGoing(object: JsonObject): boolean {
  return at(object, 'metadata', 'deletionTimestamp') !== undefined;
}

/** Fields with a value other than 0: how the API writes counts. */
export function counts(values: Readonly<Record<string, number>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}

/** The object's metadata name. */
export function nameOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'name');
}

/** The object's labels and annotations as a pod gets them from a template. */
export function templateMetadata(template: JsonObject): JsonObject {
  const { labels, annotations } = objectAt(template, 'metadata');
  return { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
}

function write(world: World, object: JsonObject, how: { readonly subresource: string; readonly manager: string }): JsonObject {
  const to = { ...target(world, object), subresource: how.subresource };
  const next = bare(object);
  // Controllers look again at whatever moved: two of three of their writes would change nothing.
  const live = world.api.store.get(to.resource.key, to.namespace, to.name);
  if (live !== undefined && equal(bare(live), next)) return live;
  return tolerant(() => changeObject(world.api, { target: to, options: options(how.manager) }, next)) ?? object;
}

const bare = (object: JsonObject): JsonObject => withAt(object, ['metadata', 'managedFields'], undefined);

/** Others may delete in between; a controller then has nothing left to do. */
function tolerant<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (fault) {
    if (fault instanceof ApiFailure && (fault.code === 404 || fault.code === 409)) return undefined;
    throw fault;
  }
}

function target(world: World, object: JsonObject): Target {
  const resource = world.api.registry.byKind(textAt(object, 'apiVersion'), textAt(object, 'kind'));
  if (resource === undefined)
    throw new ApiFailure(404, 'NotFound', `no resource for ${textAt(object, 'apiVersion')} ${textAt(object, 'kind')}`);
  return targetOf(resource, object);
}

function options(manager: string): WriteOptions {
  return { manager, dryRun: false, force: true, validation: 'Ignore', warn: () => undefined };
}
