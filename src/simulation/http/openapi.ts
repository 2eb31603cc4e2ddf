/** As much OpenAPI as kubectl asks for before it leaves validation to the server. */
import type { JsonObject } from '../../model/kube.ts';
import type { Registry } from '../api/api.ts';
import { apiVersionOf, type Resource } from '../schema/resource.ts';

/**
 * The second version of OpenAPI, which kubectl reads as protobuf before it takes a List apart: a document whose only field says that it is of
 * swagger 2.0. What it does not tell is left to the server.
 */
export const emptyOpenapi = '\n\x032.0';

/** The answer to a path below `/openapi`, or null. */
export function openapi(registry: Registry, path: string): JsonObject | null {
  if (path === '/openapi/v3') return index(registry);
  const groupPath = /^\/openapi\/v3\/(api\/v1|apis\/[^/]+\/[^/]+)$/.exec(path)?.[1];
  return groupPath === undefined ? null : document(registry.all().filter(resource => rootOf(resource) === groupPath));
}

function rootOf(resource: Resource): string {
  return resource.group === '' ? 'api/v1' : `apis/${apiVersionOf(resource)}`;
}

function index(registry: Registry): JsonObject {
  const roots = [...new Set(registry.all().map(rootOf))];
  return { paths: Object.fromEntries(roots.map(root => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=simulated` }])) };
}

function document(resources: readonly Resource[]): JsonObject {
  const paths = Object.fromEntries(resources.map(resource => [pathOf(resource), { patch: operation(resource) }]));
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.34.4' }, paths };
}

function pathOf(resource: Resource): string {
  return `/${rootOf(resource)}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}/{name}`;
}

function operation({ group, version, kind }: Resource): JsonObject {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(name => ({
    name,
    in: 'query',
    schema: { type: 'string' },
  }));
  return { parameters, responses: {}, 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': { group, version, kind } };
}
