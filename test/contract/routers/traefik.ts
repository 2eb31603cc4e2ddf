import type { Json, KubeObject } from '../../../src/model/kube.ts';
import { traefik } from '../../../src/routers/traefik.ts';
import { type Fixture, rootService } from './world.ts';

const versions = { 'traefik.io/IngressRoute': ['v1alpha1'], 'traefik.io/TraefikService': ['v1alpha1'] };

/** An IngressRoute of the user's. */
function ingressRoute(name: string, routes: readonly Json[]): KubeObject {
  return {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name, namespace: 'demo', uid: `ingress-route-${name}`, generation: 1, annotations: { owner: 'foreign' } },
    spec: { entryPoints: ['web'], routes },
  };
}

const plain: Json = { kind: 'Rule', match: 'Host(`web.example.test`)', services: [{ name: 'web', port: 80 }] };

const grown: readonly Json[] = [
  {
    kind: 'Rule',
    match: 'Host(`web.example.test`) && PathPrefix(`/api`)',
    priority: 50,
    middlewares: [{ name: 'foreign' }],
    services: [
      { name: 'foreign', port: 8080, weight: 30 },
      { name: 'web', port: 80, weight: 70, passHostHeader: false },
    ],
  },
  { kind: 'Rule', match: 'PathPrefix(`/foreign`)', services: [{ name: 'web', namespace: 'elsewhere', port: 80 }] },
  { kind: 'Rule', syntax: 'v2', match: 'Headers(`x-a`, `b`)', services: [{ kind: 'Service', name: 'web', port: 'http' }] },
];

const weighted: KubeObject = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'TraefikService',
  metadata: { name: 'shop', namespace: 'demo', uid: 'traefik-service-shop', generation: 1 },
  spec: {
    weighted: {
      services: [
        { name: 'foreign', port: 80, weight: 1 },
        { name: 'web', port: 80, weight: 3 },
      ],
    },
  },
};

const fixture: Fixture = {
  router: traefik,
  worlds: [
    { name: 'one plain IngressRoute', objects: [rootService, ingressRoute('web', [plain])], versions },
    { name: 'an IngressRoute that has grown', objects: [rootService, ingressRoute('web', grown)], versions },
    {
      name: 'a weighted TraefikService between route and Service',
      objects: [
        rootService,
        weighted,
        ingressRoute('shop', [{ kind: 'Rule', match: 'Host(`foreign`)', services: [{ kind: 'TraefikService', name: 'shop' }] }]),
      ],
      versions,
      can: ['weight', 'baseline', 'mirror', 'mirror-percentage', 'affinity'],
    },
    {
      name: 'two IngressRoutes for one Service and one of somebody else',
      objects: [
        rootService,
        ingressRoute('web', [plain]),
        ingressRoute('shop', grown),
        ingressRoute('other', [{ kind: 'Rule', match: 'Host(`foreign`)', services: [{ name: 'other', port: 80 }] }]),
      ],
      versions,
    },
  ],
};

export default fixture;
