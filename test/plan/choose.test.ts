import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Live } from '../../src/model/live.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play, seenBy } from '../build/live.ts';
import { aPod } from '../build/pod.ts';
import { actionOf, aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(4);
const service = aService('web').build();
const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop')
  .namespace('demo')
  .field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] })
  .build();
const meshRoute = anObject('policy.linkerd.io/v1beta3', 'HTTPRoute', 'shop')
  .namespace('demo')
  .field('spec', {
    parentRefs: [{ group: 'core', kind: 'Service', name: 'web', port: 80 }],
    rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
  })
  .build();
const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }];
const ingress = anObject('networking.k8s.io/v1', 'Ingress', 'shop')
  .namespace('demo')
  .field('spec', { ingressClassName: 'nginx', rules: [{ host: 'shop.example', http: { paths } }] })
  .build();
const virtualService = anObject('networking.istio.io/v1', 'VirtualService', 'shop')
  .namespace('demo')
  .field('spec', { hosts: ['shop.example'], gateways: ['edge'], http: [{ route: [{ destination: { host: 'web' } }] }] })
  .build();
const files = [v1.image('app:2').build(), service];
const auto: RawInputs = { 'traffic-split-method': 'auto', baseline: 'false' };

function chosen(live: Live, inputs: RawInputs, from = files): { readonly routers: readonly string[]; readonly notices: string } {
  const request = aRequest({ inputs, files: from });
  const { apps, notices } = prepare(request, seenBy(request, live), actionOf(request));
  return { routers: apps.flatMap(({ routers }) => routers.map(({ name }) => name)), notices: notices.join('\n') };
}

describe('traffic-split-method smi where stable’s pods carry Linkerd’s proxy', () => {
  const meshed = aPod('web-1')
    .labels({ app: 'web' })
    .field('spec.initContainers', [{ name: 'linkerd-proxy', image: 'example.test/proxy:edge-26.8.1', restartPolicy: 'Always' }])
    .build();
  const smi: RawInputs = { ...auto, 'traffic-split-method': 'smi', percentage: '20' };

  test.each([smi, auto])('is carried out by HTTPRoutes, and says so', inputs => {
    const { routers, notices } = chosen(aLive(v1.build(), service, meshed), { percentage: '20', ...inputs });
    expect(routers).toEqual(['linkerd']);
    expect(notices).toContain('HTTPRoutes split the requests instead, as with traffic-split-method linkerd');
  });

  test('is refused where no HTTPRoute is served, with the way out', () => {
    const live = { ...aLive(v1.build(), service, meshed), versions: { 'split.smi-spec.io/TrafficSplit': ['v1alpha4'] } };
    expect(() => chosen(live, smi)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('ServiceProfile with one route') }),
    );
  });

  test('stays a TrafficSplit elsewhere', () => {
    expect(chosen(aLive(v1.build(), service), smi).routers).toEqual(['smi']);
  });

  test('goes on and ends as it was opened, without a contradiction', () => {
    const { live } = play(aRequest({ inputs: smi, files }), aLive(v1.build(), service, meshed));
    for (const action of ['deploy', 'promote']) {
      const { routers, notices } = chosen(live, { ...smi, action, percentage: action === 'deploy' ? '40' : '' });
      expect(routers).toEqual(['linkerd']);
      expect(notices).not.toContain('was opened with');
    }
  });
});

describe('traffic-split-method auto', () => {
  test('takes the user’s route that sends requests to the Service, and names it', () => {
    const { routers, notices } = chosen(aLive(v1.build(), service, route), auto);
    expect([routers, notices]).toEqual([['gateway-api'], expect.stringContaining('HTTPRoute shop sends requests to Service web')]);
  });

  test('takes a mesh where there is no route', () => {
    expect(chosen(aLive(v1.build(), service), auto).routers).toEqual(['smi']);
  });

  test('takes no mesh for what only names requests', () => {
    const live = { ...aLive(v1.build(), service), versions: { 'specs.smi-spec.io/HTTPRouteGroup': ['v1alpha4'] } };
    expect(chosen(live, auto).routers).toEqual(['pod']);
    expect(() => chosen(live, { ...auto, 'traffic-split-method': 'smi' })).toThrow(
      expect.objectContaining({
        code: 'ROUTER_UNAVAILABLE',
        message: expect.stringMatching(/serve split\.smi-spec\.io\/TrafficSplit, which/),
      }),
    );
  });

  test('takes counts of pods where there is neither', () => {
    expect(chosen({ ...aLive(v1.build(), service), versions: {} }, auto).routers).toEqual(['pod']);
  });

  test.each([
    ['nginx', 'Ingress shop', ingress],
    ['istio', 'VirtualService shop', virtualService],
    ['linkerd', 'HTTPRoute shop', null],
  ])('takes %s before a route inside of Linkerd’s mesh, which may stand beside it', (router, named, other) => {
    const served = {
      'networking.k8s.io/Ingress': ['v1'],
      'networking.istio.io/VirtualService': ['v1'],
      'policy.linkerd.io/HTTPRoute': ['v1beta3'],
    };
    const live = { ...aLive(v1.build(), service, meshRoute, ...(other ? [other] : [])), versions: served };
    const { routers, notices } = chosen(live, auto);
    expect([routers, notices]).toEqual([[router], expect.stringContaining(`${named} sends requests to Service web`)]);
  });

  test('goes on as an open rollout was opened, though it would choose another way now', () => {
    const { live } = play(aRequest({ inputs: { 'traffic-split-method': 'smi' }, files }), aLive(v1.build(), service, route));
    const { routers, notices } = chosen(live, { ...auto, percentage: '40' });
    expect([routers, notices]).toEqual([['smi'], expect.stringContaining('the rollout that run 1 opened uses smi')]);
  });
});

describe('traffic-split-method ingress', () => {
  const inputs: RawInputs = { strategy: 'blue-green', 'traffic-split-method': 'ingress', percentage: '0' };
  const versions = {
    'networking.k8s.io/Ingress': ['v1'],
    'networking.istio.io/VirtualService': ['v1'],
    'split.smi-spec.io/TrafficSplit': ['v1alpha4'],
  };

  test('is whoever reads the Ingress that leads to the Service, whatever else does', () => {
    const { routers, notices } = chosen({ ...aLive(v1.build(), service, virtualService, ingress), versions }, inputs);
    expect([routers, notices]).toEqual([['nginx'], expect.stringContaining('ingress: Ingress shop sends requests to Service web')]);
  });

  test('is refused where no Ingress leads there, though a mesh could split', () => {
    expect(() => chosen({ ...aLive(v1.build(), service, virtualService), versions }, inputs)).toThrow(
      expect.objectContaining({
        code: 'NO_ROUTE',
        message: expect.stringContaining('leads to Service web'),
        hint: expect.stringContaining('service'),
      }),
    );
  });

  test('goes on as an open rollout was opened', () => {
    const { live } = play(aRequest({ inputs: { 'traffic-split-method': 'smi' }, files }), aLive(v1.build(), service, route));
    expect(chosen(live, { ...inputs, strategy: 'canary', percentage: '40', baseline: 'false' }).routers).toEqual(['smi']);
  });
});

test('counts of pods beside a route that could do better are allowed, and said', () => {
  const { routers, notices } = chosen(aLive(v1.build(), service, route), { ...auto, 'traffic-split-method': 'pod' });
  expect([routers, notices]).toEqual([['pod'], expect.stringContaining('gateway-api would split by weights')]);
});

test('promote and reject go on as the rollout was opened, whatever they are told', () => {
  const { live } = play(aRequest({ inputs: { 'traffic-split-method': 'gateway-api' }, files }), aLive(v1.build(), service, route));
  for (const action of ['promote', 'reject']) {
    const inputs = { action, 'traffic-split-method': 'pod', strategy: 'blue-green' };
    expect(chosen(live, inputs, []).routers).toEqual(['gateway-api']);
  }
});
