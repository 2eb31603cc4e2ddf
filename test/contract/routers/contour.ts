import type { Json, KubeObject } from '../../../src/model/kube.ts';
import { contour } from '../../../src/routers/contour.ts';
import { type Fixture, rootService } from './world.ts';

const versions = { 'projectcontour.io/HTTPProxy': ['v1'] };

/** An HTTPProxy of the user's. */
function proxy(name: string, routes: readonly Json[]): KubeObject {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name, namespace: 'demo', uid: `proxy-${name}`, generation: 1, annotations: { owner: 'foreign' } },
    spec: { virtualhost: { fqdn: `${name}.example.test` }, routes },
  };
}

const grown: readonly Json[] = [
  {
    conditions: [{ prefix: '/api' }, { header: { name: 'x-team', contains: 'foreign' } }],
    services: [
      { name: 'foreign', port: 8080, weight: 30 },
      { name: 'web', port: 80, weight: 70, requestHeadersPolicy: { set: [{ name: 'x-from', value: 'foreign' }] } },
    ],
    timeoutPolicy: { response: '30s' },
  },
  { conditions: [{ prefix: '/foreign' }], services: [{ name: 'foreign', port: 8080 }] },
  { services: [{ name: 'web', port: 80 }] },
];

const fixture: Fixture = {
  router: contour,
  worlds: [
    { name: 'one plain HTTPProxy', objects: [rootService, proxy('web', [{ services: [{ name: 'web', port: 80 }] }])], versions },
    { name: 'an HTTPProxy that has grown', objects: [rootService, proxy('web', grown)], versions },
    {
      name: 'two HTTPProxies for one Service and one of somebody else',
      objects: [
        rootService,
        proxy('web', [{ services: [{ name: 'web', port: 80 }] }]),
        proxy('shop', grown),
        proxy('other', [{ services: [{ name: 'foreign', port: 80 }] }]),
      ],
      versions,
    },
  ],
};

export default fixture;
