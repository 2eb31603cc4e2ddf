/** Programs that the API server asks on the way of a request: webhooks about writes, and the servers of APIs that are not its own. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isObject, listAt, objectAt, stringsAt, textAt } from '../json.ts';
import { SERVICE_LABEL } from '../objects/endpoint-slice.ts';
import { matchesSelector } from '../objects/selector.ts';
import type { Api, Target } from './api.ts';
import { ApiFailure, badRequest } from './failure.ts';

/** A write as webhooks are asked about it. */
export interface Written {
  readonly target: Target;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** As it was sent, or as it stands where nothing was. */
  readonly object: JsonObject;
  readonly dryRun: boolean;
}

const CONFIGURATIONS = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'];

/** Throws what the API server says where a webhook has to be asked and no pod of its Service is ready; one that is there has no objection. */
export function askWebhooks(api: Api, written: Written): void {
  const configurations = CONFIGURATIONS.flatMap(plural => api.store.list(`admissionregistration.k8s.io/${plural}`, ''));
  const asked = configurations
    .flatMap(configuration => listAt(configuration, 'webhooks'))
    .filter(webhook => isAsked(api, objectOf(webhook), written));
  for (const webhook of asked) askOne(api, objectOf(webhook), written);
}

/** Throws 503 where another server answers for the API of a resource, and no pod of it is ready. */
export function askServer(api: Api, { resource: { group, version } }: Target): void {
  const owner = api.store.get('apiregistration.k8s.io/apiservices', '', `${version}.${group}`);
  const service = objectAt(owner, 'spec', 'service');
  if (textAt(service, 'name') === '' || hasReadyEndpoint(api, service)) return;
  throw new ApiFailure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
}

function askOne(api: Api, webhook: JsonObject, { dryRun }: Written): void {
  const name = textAt(webhook, 'name');
  if (dryRun && !['None', 'NoneOnDryRun'].includes(textAt(webhook, 'sideEffects')))
    throw badRequest(`admission webhook "${name}" does not support dry run`);
  const service = objectAt(webhook, 'clientConfig', 'service');
  const of = textAt(service, 'name');
  if (of === '' || textAt(webhook, 'failurePolicy') === 'Ignore' || hasReadyEndpoint(api, service)) return;
  const there = api.store.get('/services', textAt(service, 'namespace'), of);
  const url = `https://${of}.${textAt(service, 'namespace')}.svc:443${textAt(service, 'path')}?timeout=10s`;
  const address = textAt(there, 'spec', 'clusterIP');
  const why = there === undefined ? `service "${of}" not found` : `dial tcp ${address}:443: connect: connection refused`;
  const message = `failed calling webhook "${name}": failed to call webhook: Post "${url}": ${why}`;
  throw new ApiFailure(500, 'InternalError', `Internal error occurred: ${message}`);
}

function isAsked(api: Api, webhook: JsonObject, { target, operation, object }: Written): boolean {
  const { group, version, plural, namespaced } = target.resource;
  const isOf = (rule: JsonObject, field: string, value: string): boolean =>
    listAt(rule, field).some(one => one === '*' || one === '*/*' || one === value);
  const isRuled = listAt(webhook, 'rules')
    .map(objectOf)
    .some(
      rule =>
        isOf(rule, 'apiGroups', group) &&
        isOf(rule, 'apiVersions', version) &&
        isOf(rule, 'operations', operation) &&
        isOf(rule, 'resources', plural),
    );
  if (!isRuled || target.subresource !== '' || group === 'admissionregistration.k8s.io') return false;
  const space = namespaced ? api.store.get('/namespaces', '', target.namespace) : undefined;
  const isIn = space === undefined || matchesSelector(objectAt(webhook, 'namespaceSelector'), stringsAt(space, 'metadata', 'labels'));
  return isIn && matchesSelector(objectAt(webhook, 'objectSelector'), stringsAt(object, 'metadata', 'labels'));
}

/** Whether a pod behind a Service is ready, by its endpoints. */
export function hasReadyEndpoint(api: Api, service: JsonObject): boolean {
  return api.store
    .list('discovery.k8s.io/endpointslices', textAt(service, 'namespace'))
    .filter(slice => stringsAt(slice, 'metadata', 'labels')[SERVICE_LABEL] === textAt(service, 'name'))
    .flatMap(slice => listAt(slice, 'endpoints'))
    .some(endpoint => objectAt(endpoint, 'conditions').ready === true);
}

const objectOf = (value: Json): JsonObject => (isObject(value) ? value : {});
