import type { Json, JsonObject, KubeObject } from '../../../src/model/kube.ts';
import { gatewayApi } from '../../../src/routers/gateway-api.ts';
import { type Fixture, rootService } from './world.ts';

const versions = {
  'gateway.networking.k8s.io/HTTPRoute': ['v1', 'v1beta1'],
  'gateway.networking.k8s.io/GRPCRoute': ['v1'],
};

/** Nobody serves it, also where a controller serves others: what may be written does not hang on when that one has spoken. */
const gateway: JsonObject = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge-of-nobody', namespace: 'gateway-system' };
const web: JsonObject = { group: '', kind: 'Service', name: 'web', port: 80, weight: 1 };
const everything: JsonObject = { path: { type: 'PathPrefix', value: '/' } };
const foreign: JsonObject = { group: '', kind: 'Service', name: 'foreign', port: 8080, weight: 3 };

/** A route of the user's as the API server stores it. */
function route(kind: 'HTTPRoute' | 'GRPCRoute', name: string, rules: readonly Json[]): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name, namespace: 'demo', uid: `${kind}-${name}`, generation: 1, labels: { team: 'foreign' } },
    spec: { parentRefs: [gateway], hostnames: [`${name}.example.test`], rules },
  };
}

const legacy = {
  ...web,
  weight: 2,
  filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-from', value: 'foreign' }] } }],
};

/** Rules as they grow over the years. */
const grown: readonly Json[] = [
  {
    name: 'api',
    matches: [
      { path: { type: 'PathPrefix', value: '/api/foreign' }, headers: [{ type: 'Exact', name: 'x-team', value: 'blue' }] },
      everything,
    ],
    filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'foreign.example.test' } }],
    timeouts: { request: '30s' },
    backendRefs: [legacy, foreign],
  },
  {
    matches: [{ path: { type: 'Exact', value: '/old' } }],
    filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'foreign.test' } }],
  },
  { name: 'foreign', matches: [everything], backendRefs: [{ ...foreign, weight: 1 }] },
  {
    matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
    filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/foreign' } } }],
    backendRefs: [web],
  },
];

const fixture: Fixture = {
  router: gatewayApi,
  worlds: [
    {
      name: 'one plain HTTPRoute',
      objects: [rootService, route('HTTPRoute', 'web', [{ matches: [everything], backendRefs: [web] }])],
      versions,
    },
    { name: 'an HTTPRoute that has grown', objects: [rootService, route('HTTPRoute', 'web', grown)], versions },
    {
      name: 'an HTTPRoute, a GRPCRoute and one of somebody else',
      objects: [
        rootService,
        route('HTTPRoute', 'web', [{ matches: [everything], backendRefs: [web] }]),
        route('GRPCRoute', 'web', [{ matches: [{ method: { type: 'Exact', service: 'foreign' } }], backendRefs: [web, foreign] }]),
        route('HTTPRoute', 'other', [{ matches: [everything], backendRefs: [foreign] }]),
      ],
      versions,
    },
  ],
};

export default fixture;
