import type { Json, KubeObject } from '../../../src/model/kube.ts';
import { linkerd } from '../../../src/routers/linkerd.ts';
import { type Fixture, rootService, type World } from './world.ts';

const gateway = { 'gateway.networking.k8s.io/HTTPRoute': ['v1', 'v1beta1'] };
const policy = { 'policy.linkerd.io/HTTPRoute': ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1'] };
const profiles = { 'linkerd.io/ServiceProfile': ['v1alpha2', 'v1alpha1'] };

const web: Json = { group: '', kind: 'Service', name: 'web', port: 80, weight: 1 };
const foreign: Json = { group: '', kind: 'Service', name: 'foreign', port: 80, weight: 4 };

const meshRoute: KubeObject = {
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace: 'demo', uid: 'route', generation: 1 },
  spec: {
    parentRefs: [{ group: 'core', kind: 'Service', name: 'web', port: 80 }],
    rules: [
      { matches: [{ path: { type: 'PathPrefix', value: '/foreign' } }], timeouts: { request: '30s' }, backendRefs: [web, foreign] },
      { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [web] },
    ],
  },
};

function profile(spec: KubeObject['spec']): KubeObject {
  return {
    apiVersion: 'linkerd.io/v1alpha2',
    kind: 'ServiceProfile',
    metadata: { name: 'web.demo.svc.cluster.local', namespace: 'demo', uid: 'profile', generation: 1 },
    ...(spec ? { spec } : {}),
  };
}

const routes: Json = [{ name: 'foreign', condition: { method: 'GET', pathRegex: '/foreign' } }];
const overrides: Json = [
  { authority: 'web.demo.svc.cluster.local:80', weight: '900m' },
  { authority: 'foreign.demo.svc.cluster.local:80', weight: '100m' },
];

const weightsOnly: Pick<World, 'can'> = { can: ['weight', 'baseline'] };

const fixture: Fixture = {
  router: linkerd,
  worlds: [
    { name: 'the Gateway API and no route', objects: [rootService], versions: { ...gateway, ...policy, ...profiles } },
    { name: 'Linkerd’s own HTTPRoute and no route', objects: [rootService], versions: { ...policy, ...profiles } },
    { name: 'a route of the user’s', objects: [rootService, meshRoute], versions: { ...policy, ...profiles } },
    { name: 'profiles alone', objects: [rootService], versions: profiles, ...weightsOnly },
    { name: 'a profile for retries', objects: [rootService, profile({ routes })], versions: { ...gateway, ...profiles }, ...weightsOnly },
    {
      name: 'a profile that splits',
      objects: [rootService, profile({ routes, dstOverrides: overrides })],
      versions: profiles,
      ...weightsOnly,
    },
  ],
};

export default fixture;
