import type { Json, KubeObject } from '../../../src/model/kube.ts';
import { istio } from '../../../src/routers/istio.ts';
import { type Fixture, rootService } from './world.ts';

const versions = { 'networking.istio.io/VirtualService': ['v1', 'v1beta1', 'v1alpha3'] };

/** A VirtualService of the user's. */
function virtualService(name: string, http: readonly Json[], hosts: readonly string[] = [`${name}.example.test`]): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'demo', uid: `virtual-service-${name}`, generation: 1, annotations: { owner: 'foreign' } },
    spec: { hosts, gateways: ['edge'], http },
  };
}

const grown: readonly Json[] = [
  {
    name: 'api',
    match: [{ uri: { prefix: '/foreign' } }, { uri: { prefix: '/v2' }, headers: { 'x-team': { exact: 'foreign' } } }],
    route: [
      { destination: { host: 'foreign', port: { number: 8080 } }, weight: 30 },
      {
        destination: { host: 'web.demo.svc.cluster.local', subset: 'foreign', port: { number: 80 } },
        weight: 70,
        headers: { request: { set: { 'x-from': 'foreign' } } },
      },
    ],
    mirror: { host: 'foreign-audit' },
    mirrorPercentage: { value: 5 },
    timeout: '30s',
  },
  { match: [{ uri: { prefix: '/other' } }], route: [{ destination: { host: 'foreign' } }] },
  { route: [{ destination: { host: 'web' } }], retries: { attempts: 3, retryOn: 'foreign' } },
];

const fixture: Fixture = {
  router: istio,
  worlds: [
    { name: 'no VirtualService', objects: [rootService], versions },
    { name: 'only the oldest version', objects: [rootService], versions: { 'networking.istio.io/VirtualService': ['v1alpha3'] } },
    {
      name: 'one plain VirtualService',
      objects: [rootService, virtualService('web', [{ route: [{ destination: { host: 'web' } }] }])],
      versions,
    },
    { name: 'a VirtualService that has grown', objects: [rootService, virtualService('web', grown)], versions },
    {
      name: 'a VirtualService that delegates',
      objects: [
        rootService,
        virtualService('mesh', [{ match: [{ uri: { prefix: '/foreign' } }], delegate: { name: 'led' } }], ['web']),
        virtualService('led', [{ route: [{ destination: { host: 'web' } }] }], []),
      ],
      versions,
    },
    {
      name: 'two VirtualServices for one Service and one of somebody else',
      objects: [
        rootService,
        virtualService('mesh', [{ route: [{ destination: { host: 'web.demo' } }] }], ['web']),
        virtualService('shop', grown),
        virtualService('other', [{ route: [{ destination: { host: 'web.elsewhere.svc.cluster.local' } }] }]),
      ],
      versions,
    },
  ],
};

export default fixture;
