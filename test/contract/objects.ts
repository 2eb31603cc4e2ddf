/** Objects that the scenarios use. */
import type { Body } from './api.ts';

export const apps = '/apis/apps/v1/namespaces/{ns}';
export const core = '/api/v1/namespaces/{ns}';

/** A Deployment `web` with 2 replicas; `change` is merged into its spec. */
export function web(change: Body = {}, container: Body = {}): Body {
  const labels = { app: 'web' };
  const containers = [
    {
      name: 'web',
      image: 'demo/web:v1',
      ports: [{ name: 'http', containerPort: 8080 }],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      ...container,
    },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } }, ...change },
  };
}

/** A Service `web` on the same pods. */
export const service: Body = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
};

/** A ConfigMap. */
export function config(data: Body = { a: '1' }, name = 'settings'): Body {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

const routeSchema: Body = {
  type: 'object',
  required: ['metadata', 'spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['service'],
      properties: {
        service: { type: 'string', minLength: 1 },
        mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
        backends: {
          type: 'array',
          maxItems: 3,
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, weight: { type: 'integer', minimum: 0, maximum: 1000 } },
          },
        },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port'],
          items: { type: 'object', required: ['port'], properties: { port: { type: 'integer' }, note: { type: 'string' } } },
        },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' } } },
  },
};

/** A CRD `Route` with two versions; the group is the scenario's own. */
export function routeDefinition(group: string): Body {
  const version = (name: string, storage: boolean): Body => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: routeSchema },
    subresources: { status: {} },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `routes.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'routes', singular: 'route', kind: 'Route', listKind: 'RouteList' },
      versions: [version('v1alpha1', false), version('v1', true)],
    },
  };
}

/** A PodTemplate `web`: a pod template that no controller looks at. */
export function podTemplate(container: Body = {}): Body {
  const containers = [
    {
      name: 'web',
      image: 'demo/web:v1',
      ports: [{ name: 'http', containerPort: 8080 }],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      ...container,
    },
  ];
  return {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name: 'web', labels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
  };
}
