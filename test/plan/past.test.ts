import { describe, expect, test } from '@jest/globals';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(4);
const service = aService('web').build();

/** What a deploy by this method says beforehand, with these objects in the cluster. */
function told(method: string, ...objects: readonly KubeObject[]): string {
  const files = [v1.image('app:2').build(), service];
  const request = aRequest({ inputs: { 'traffic-split-method': method, baseline: 'false', percentage: '20' }, files });
  const live = aLive(v1.build(), service, ...objects);
  const versions = { ...live.versions, 'networking.istio.io/VirtualService': ['v1'], 'projectcontour.io/HTTPProxy': ['v1'] };
  return prepare(request, seenBy(request, { ...live, versions }), 'deploy').notices.join('\n');
}

const httpRoute = (namespace: string, backend: Json, status?: Json): KubeObject => {
  const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop').namespace(namespace);
  const made = route.field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [backend] }] });
  return (status === undefined ? made : made.field('status', status)).build();
};
const virtualService = (namespace: string, spec: Json, name = 'shop'): KubeObject =>
  anObject('networking.istio.io/v1', 'VirtualService', name).namespace(namespace).field('spec', spec).build();

const here = httpRoute('demo', { name: 'web', port: 80 });
const toWeb: Json = { name: 'web', namespace: 'demo', port: 80 };
const refused: Json = { parents: [{ conditions: [{ type: 'ResolvedRefs', status: 'False', reason: 'RefNotPermitted' }] }] };

describe('a route of another namespace that sends requests to the Service', () => {
  test('is named: gateway-api does not split it', () => {
    expect(told('gateway-api', here, httpRoute('edge', toWeb))).toContain(
      'HTTPRoute edge/shop sends requests to Service web too, which traffic-split-method gateway-api does not split: it stands in another namespace.',
    );
  });

  test('is none of ours where it leads to a Service of its own namespace, or has no grant', () => {
    expect(told('gateway-api', here, httpRoute('edge', { name: 'web', port: 80 }))).not.toContain('too');
    expect(told('gateway-api', here, httpRoute('edge', toWeb, refused))).not.toContain('too');
  });

  test.each(['web.demo.svc.cluster.local', 'web.demo'])('is named with istio, by host %s', host => {
    expect(told('istio', virtualService('edge', { hosts: ['shop.example'], http: [{ route: [{ destination: { host } }] }] }))).toContain(
      'VirtualService edge/shop sends requests to Service web too',
    );
  });

  test('leads elsewhere by a short host', () => {
    const spec: Json = { hosts: ['shop.example'], http: [{ route: [{ destination: { host: 'web' } }] }] };
    expect(told('istio', virtualService('edge', spec))).not.toContain('too');
  });
});

test('a parent of the route that refuses it is told before the first write', () => {
  const conditions: Json = [{ type: 'Accepted', status: 'False', reason: 'NotAllowedByListeners', message: 'closed' }];
  const taken: Json = ['Accepted', 'ResolvedRefs'].map(type => ({ type, status: 'True' }));
  const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop').namespace('demo');
  const parentRefs: Json = [{ name: 'edge' }, { name: 'far' }];
  const made = route.field('spec', { parentRefs, rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] }).field('status', {
    parents: [
      { parentRef: { name: 'edge' }, conditions: taken },
      { parentRef: { name: 'far' }, conditions },
    ],
  });
  expect(told('gateway-api', made.build())).toContain(
    'Accepted is False for parent far: NotAllowedByListeners: closed. It was so before: no requests arrive there, so the step waits only for the other parents.',
  );
});

describe('connections to the Service', () => {
  const route: Json = [{ destination: { host: 'web' } }];
  const byTls = virtualService(
    'demo',
    { hosts: ['shop.example'], gateways: ['edge'], tls: [{ match: [{ sniHosts: ['*'] }], route }] },
    'tls',
  );
  const byHttp = virtualService('demo', { hosts: ['shop.example'], gateways: ['edge'], http: [{ route }] });

  test('are named beside requests that are split', () => {
    expect(told('istio', byTls, byHttp)).toContain('VirtualService demo/tls sends requests to Service web too');
    expect(told('istio', byTls, byHttp)).toContain('by tls it leads connections, not requests');
  });

  test.each(['tls', 'tcp'])('by %s are refused where no request is led there', by => {
    const only = virtualService('demo', { hosts: ['shop.example'], gateways: ['edge'], [by]: [{ route }] });
    expect(() => told('istio', only)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        message: expect.stringContaining(`VirtualService demo/shop leads connections to Service web by ${by}`),
      }),
    );
  });
});

describe('a route of connections to the Service', () => {
  const ofGateway = (kind: string, namespace: string, backend: Json): KubeObject =>
    anObject('gateway.networking.k8s.io/v1alpha2', kind, 'raw')
      .namespace(namespace)
      .field('spec', { rules: [{ backendRefs: [backend] }] })
      .build();
  const ofTraefik = anObject('traefik.io/v1alpha1', 'IngressRouteTCP', 'raw').namespace('demo');
  const byTraefik = ofTraefik.field('spec', { routes: [{ match: 'HostSNI(`*`)', services: [{ name: 'web', port: 443 }] }] }).build();
  const byContour = anObject('projectcontour.io/v1', 'HTTPProxy', 'raw')
    .namespace('demo')
    .field('spec', { tcpproxy: { services: [{ name: 'web', port: 443 }] } })
    .build();
  const proxied = anObject('projectcontour.io/v1', 'HTTPProxy', 'web')
    .namespace('demo')
    .field('spec', { routes: [{ services: [{ name: 'web', port: 80 }] }] })
    .build();
  const to = (service: string): Json => ({ name: service, port: 443 });
  const sent = (kind: string, place: string, method: string): string =>
    `${kind} ${place}/raw sends requests to Service web too, which traffic-split-method ${method} does not split: it leads connections, not requests.`;

  test.each(['TLSRoute', 'TCPRoute'])('is named: a %s beside an HTTPRoute that is split, and beside a mesh', kind => {
    expect(told('gateway-api', here, ofGateway(kind, 'demo', to('web')))).toContain(sent(kind, 'demo', 'gateway-api'));
    expect(told('smi', ofGateway(kind, 'demo', to('web')))).toContain(sent(kind, 'demo', 'smi'));
    expect(told('smi', ofGateway(kind, 'edge', toWeb))).toContain(sent(kind, 'edge', 'smi'));
  });

  test('is named as Traefik and Contour have it', () => {
    expect(told('gateway-api', here, byTraefik)).toContain(sent('IngressRouteTCP', 'demo', 'gateway-api'));
    expect(told('contour', proxied, byContour)).toContain(sent('HTTPProxy', 'demo', 'contour'));
  });

  test('is none of ours where it leads elsewhere', () => {
    expect(told('gateway-api', here, ofGateway('TLSRoute', 'demo', to('other')))).not.toContain('too');
    expect(told('gateway-api', here, ofGateway('TLSRoute', 'edge', to('web')))).not.toContain('too');
  });
});

describe('a Service that takes requests from outside by itself', () => {
  const open = (type: string): KubeObject => aService('web').field('spec.type', type).build();

  test.each(['LoadBalancer', 'NodePort'])('of type %s: a mesh does not split them, and the way out is named', type => {
    const files = [v1.image('app:2').build(), open(type)];
    const request = aRequest({ inputs: { 'traffic-split-method': 'smi', baseline: 'false', percentage: '20' }, files });
    const { notices } = prepare(request, seenBy(request, aLive(v1.build(), open(type))), 'deploy');
    expect(notices.join()).toContain(`Service web is of type ${type}: what comes to it from outside passes no proxy of the mesh`);
    expect(notices.join()).toContain('traffic-split-method: gateway-api,smi');
  });

  test('is no matter inside the cluster', () => {
    expect(told('smi')).not.toContain('from outside');
  });
});
