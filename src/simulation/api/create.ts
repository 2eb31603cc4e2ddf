/** Creating objects. */
import type { JsonObject } from '../../model/kube.ts';
import { trackUpdate } from '../fields/track.ts';
import { at, textAt, withAt } from '../json.ts';
import { emptyObject } from '../objects/decode.ts';
import { apiVersionOf, hasSubresource, type Resource } from '../schema/resource.ts';
import { admit } from './admission.ts';
import { type Api, type Asked, subjectOf, type Target, timestamp } from './api.ts';
import { readBody, withAllDefaults } from './body.ts';
import { checkObject } from './check.ts';
import { ApiFailure, alreadyExists, badRequest, forbidden, notFound } from './failure.ts';

/** Built-in kinds whose objects count the changes of their spec. */
const counted: ReadonlySet<string> = new Set([
  'Pod',
  'PodTemplate',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Ingress',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'EndpointSlice',
  'CustomResourceDefinition',
  'ReplicationController',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
]);

/** Creates the object that a body holds, and answers it as stored. */
export function createObject(api: Api, { target, options }: Asked, body: JsonObject): JsonObject {
  const read = readBody(target, body, options);
  const given = textAt(read, 'metadata', 'name');
  if (target.name !== '' && given !== '' && given !== target.name) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${target.name})`);
  }
  if (textAt(read, 'metadata', 'resourceVersion') !== '') {
    throw new ApiFailure(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const object = withAllDefaults(target.resource, withoutStatus(target.resource, identified(api, target.resource, read)));
  const empty = target.resource.custom === null ? emptyObject(target.resource.schema) : {};
  const writer = {
    manager: options.manager,
    operation: 'Update',
    apiVersion: apiVersionOf(target.resource),
    subresource: '',
    time: timestamp(api.clock),
  } as const;
  return storeNew(
    api,
    { target, options },
    trackUpdate({ schema: target.resource.schema, writer, ignoresStatus: hasSubresource(target.resource, 'status') }, empty, object),
  );
}

/** The rest of every creation: admission, validation, storing. */
export function storeNew(api: Api, { target, options }: Asked, object: JsonObject): JsonObject {
  const name = textAt(object, 'metadata', 'name');
  checkNamespace(api, target, name);
  const admitted = admit(api, target, object);
  checkObject(target, admitted, null);
  if (api.store.get(target.resource.key, target.namespace, name) !== undefined) throw alreadyExists(subjectOf(target, name));
  return options.dryRun ? admitted : api.store.put(target.resource.key, admitted);
}

/** The object with what the server gives it: name, uid, time, generation. */
export function identified(api: Api, resource: Resource, object: JsonObject): JsonObject {
  const prefix = textAt(object, 'metadata', 'generateName');
  const name = textAt(object, 'metadata', 'name') || (prefix === '' ? '' : `${prefix.slice(0, 58)}${api.random.suffix(5)}`);
  const { deletionTimestamp: _, managedFields: __, generation: ___, ...given } = (object.metadata ?? {}) as JsonObject;
  const generation = resource.custom !== null || counted.has(resource.kind) ? { generation: 1 } : {};
  const metadata = {
    ...given,
    ...(name === '' ? {} : { name }),
    uid: api.random.uid(),
    creationTimestamp: timestamp(api.clock),
    ...generation,
  };
  return { ...object, metadata };
}

/** The object as its own endpoint takes it: status has one of its own. */
export function withoutStatus(resource: Resource, object: JsonObject): JsonObject {
  return hasSubresource(resource, 'status') ? withAt(object, ['status'], undefined) : object;
}

function checkNamespace(api: Api, target: Target, name: string): void {
  if (!target.resource.namespaced) return;
  const namespace = api.store.get('/namespaces', '', target.namespace);
  if (namespace === undefined) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace', name: target.namespace });
  if (at(namespace, 'metadata', 'deletionTimestamp') === undefined) return;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${target.namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw forbidden(subjectOf(target, name), `unable to create new content in namespace ${target.namespace} because it is being terminated`, [
    cause,
  ]);
}
