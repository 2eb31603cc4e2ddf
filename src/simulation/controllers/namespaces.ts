/** Namespaces: every one has its default ServiceAccount and CA, and a deleted one takes its content along. */
import type { JsonObject } from '../../model/kube.ts';
import { textAt, withAt } from '../json.ts';
import { type Controller, keyOf, type World } from './controller.ts';
import { create, isGoing, nameOf, remove } from './writes.ts';

/** The namespace controller; its keys are `/name`. */
export const namespaces: Controller = {
  name: 'namespace',
  keys: (_, event) => {
    if (event.key === '/namespaces') return event.type === 'DELETED' ? [] : [keyOf(event.object)];
    return event.type === 'DELETED' && textAt(event.object, 'metadata', 'namespace') !== ''
      ? [`/${textAt(event.object, 'metadata', 'namespace')}`]
      : [];
  },
  reconcile: (world, key) => {
    const namespace = world.api.store.get('/namespaces', '', key.slice(1));
    if (namespace === undefined) return null;
    if (isGoing(namespace)) empty(world, namespace);
    else furnish(world, nameOf(namespace));
    return null;
  },
};

function empty(world: World, namespace: JsonObject): void {
  const content = contentOf(world, nameOf(namespace));
  for (const object of content) if (!isGoing(object)) remove(world, object, { propagation: 'Background' });
  if (contentOf(world, nameOf(namespace)).length > 0) return;
  world.api.store.remove('/namespaces', withAt(namespace, ['spec', 'finalizers'], undefined));
}

function contentOf(world: World, namespace: string): readonly JsonObject[] {
  const keys = new Set(
    world.api.registry
      .all()
      .filter(resource => resource.namespaced)
      .map(resource => resource.key),
  );
  return [...keys].flatMap(key => world.api.store.list(key, namespace));
}

function furnish(world: World, namespace: string): void {
  if (world.api.store.get('/serviceaccounts', namespace, 'default') === undefined) {
    create(world, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
  if (world.api.store.get('/configmaps', namespace, 'kube-root-ca.crt') !== undefined) return;
  create(world, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace },
    data: { 'ca.crt': 'simulated' },
  });
}
