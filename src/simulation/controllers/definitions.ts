/** CustomResourceDefinitions: what they declare is served as soon as they are there. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { isObject, listAt, objectAt, textAt } from '../json.ts';
import { customResources } from '../objects/custom.ts';
import type { StoreEvent } from '../store/store.ts';
import { conditionOf } from './conditions.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { changeStatus, nameOf } from './writes.ts';

const definitionsKey = 'apiextensions.k8s.io/customresourcedefinitions';

/** The controller that establishes CRDs. */
export const definitions: Controller = {
  name: 'definitions',
  keys: (_, event) => (event.key === definitionsKey && event.type !== 'DELETED' ? [keyOf(event.object)] : []),
  reconcile: (world, key) => {
    const crd = world.api.store.get(definitionsKey, ...splitKey(key));
    if (crd !== undefined && textAt(conditionOf(crd, 'Established'), 'status') !== 'True') establish(world, crd);
    return null;
  },
};

/** Serves a CRD inside its very write, so that no request comes too early; a deleted one takes its objects along. */
export function serveDefinition(world: World, event: StoreEvent): void {
  if (event.key !== definitionsKey) return;
  const resources = customResources(event.object);
  if (event.type === 'DELETED') {
    for (const key of new Set(resources.map(resource => resource.key)))
      for (const object of world.api.store.list(key, '')) world.api.store.remove(key, object);
  }
  world.api.registry.serve(nameOf(event.object), event.type === 'DELETED' ? [] : resources);
}

function establish(world: World, crd: JsonObject): void {
  const now = timestamp(world.api.clock);
  const conditions = [
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found', lastTransitionTime: now },
    {
      type: 'Established',
      status: 'True',
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
      lastTransitionTime: now,
    },
  ];
  const stored = listAt(crd, 'spec', 'versions')
    .filter(isObject)
    .filter(version => version.storage === true);
  const status = {
    conditions,
    acceptedNames: objectAt(crd, 'spec', 'names'),
    storedVersions: stored.map(version => textAt(version, 'name')),
  };
  changeStatus(world, { ...crd, status }, 'kube-apiserver');
}
