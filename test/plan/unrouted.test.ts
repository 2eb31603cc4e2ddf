import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play, seenBy } from '../build/live.ts';
import { actionOf, aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

/** Two Services over the same pods, of which one has a route. */
const v1 = aDeployment('web').replicas(4);
const service = aService('web').build();
const metrics = aService('web-metrics').selecting({ app: 'web' }).build();
const files = [v1.image('app:2').build(), service, metrics];

const httpRoute = (to: string): KubeObject =>
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', to)
    .namespace('demo')
    .field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: to, port: 80 }] }] })
    .build();
const proxy = (to: string): KubeObject =>
  anObject('projectcontour.io/v1', 'HTTPProxy', to)
    .namespace('demo')
    .field('spec', { virtualhost: { fqdn: 'shop.example' }, routes: [{ services: [{ name: to, port: 80 }] }] })
    .build();
const ingress = (to: string): KubeObject => {
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: to, port: { number: 80 } } } }];
  const spec = { ingressClassName: 'nginx', rules: [{ host: 'shop.example', http: { paths } }] };
  return anObject('networking.k8s.io/v1', 'Ingress', to).namespace('demo').field('spec', spec).build();
};

const versions = {
  'split.smi-spec.io/TrafficSplit': ['v1alpha4'],
  'gateway.networking.k8s.io/HTTPRoute': ['v1'],
  'projectcontour.io/HTTPProxy': ['v1'],
  'networking.k8s.io/Ingress': ['v1'],
};
const world = (...routes: readonly KubeObject[]): Live => ({ ...aLive(v1.build(), service, metrics, ...routes), versions });

const by = (method: string, more: RawInputs = {}) => ({ inputs: { 'traffic-split-method': method, baseline: 'false', ...more }, files });
const act = (action: string, more: RawInputs = {}) => aRequest({ inputs: { action, ...more } });

function prepared(live: Live, inputs: RawInputs) {
  const request = aRequest({ inputs: { baseline: 'false', ...inputs }, files });
  return prepare(request, seenBy(request, live), actionOf(request));
}

const spec = ({ objects }: Live, key: string): unknown => at(objects[key], 'spec');
const HTTP_ROUTE = 'gateway.networking.k8s.io/HTTPRoute/demo/web';
const names = ({ objects }: Live): readonly string[] => Object.keys(objects).sort();

describe.each([
  ['gateway-api', httpRoute('web')],
  ['contour', proxy('web')],
  ['nginx', ingress('web')],
])('a Service without a route, beside one with a route for %s', (method, route) => {
  test('is told of, and keeps the deploy from nothing', () => {
    const { notices, plan } = prepared(world(route), { 'traffic-split-method': method });
    expect(notices).toEqual([expect.stringMatching(/^Service web-metrics: no .* leads to it, so all of its requests stay/)]);
    expect(plan.flat().flatMap(({ step }) => (step.do === 'route' ? [step.name] : []))).not.toContain('web-metrics');
  });

  test('is told otherwise without isolation, where it picks the canary’s pods too', () => {
    const { notices } = prepared(world(route), { 'traffic-split-method': method, isolation: 'none' });
    expect(notices).toContainEqual(
      expect.stringMatching(/^Service web-metrics: .* requests go to all pods of web, those of the new version/),
    );
    expect(notices.join()).not.toContain('stay on the running version');
  });

  test('stays as it is while the canary grows', () => {
    const first = play(aRequest(by(method)), world(route)).live;
    const second = play(aRequest(by(method, { percentage: '50' })), first).live;
    const ours = ({ kind, metadata }: KubeObject): boolean => kind !== 'Service' && metadata.name.startsWith('web-metrics');
    expect(Object.values(second.objects).filter(ours)).toEqual([]);
    expect(second.objects['/Service/demo/web-metrics']).toEqual(world(route).objects['/Service/demo/web-metrics']);
  });

  test('keeps reject from nothing', () => {
    const before = world(route);
    const { live } = play(act('reject'), play(aRequest(by(method)), before).live);
    expect(names(live)).toEqual(names(before));
    expect(spec(live, HTTP_ROUTE)).toEqual(spec(before, HTTP_ROUTE));
  });

  test('keeps promote from nothing', () => {
    const before = world(route);
    const { live } = play(act('promote'), play(aRequest(by(method)), before).live);
    expect(names(live)).toEqual(names(before));
    expect(JSON.stringify(spec(live, 'apps/Deployment/demo/web'))).toContain('app:2');
  });
});

test('where all old pods end before the new ones start, promote too says that such a Service has nobody meanwhile', () => {
  const recreated = v1.field('spec.strategy', { type: 'Recreate' });
  const before = { ...aLive(recreated.build(), service, metrics, httpRoute('web')), versions };
  const method = { 'traffic-split-method': 'gateway-api' };
  const asked = { inputs: by('gateway-api').inputs, files: [recreated.image('app:2').build(), service, metrics] };
  const told = expect.stringMatching(/^Service web-metrics: .*Nothing answers them while promote replaces it, .* strategy is Recreate\.$/);
  const deployed = play(aRequest(asked), before);
  const forewarned = expect.stringMatching(/promote may remove all old pods .* strategy is Recreate/);
  expect(deployed.prepared.notices).toEqual([told, forewarned]);
  expect(play(act('promote', method), deployed.live).prepared.notices).toEqual([told]);
  expect(play(act('reject', method), deployed.live).prepared.notices).toEqual([]);
});

describe('routes of several kinds', () => {
  test('may each lead to another Service', () => {
    const before = world(httpRoute('web'), proxy('web-metrics'));
    const asked = by('gateway-api,contour');
    expect(prepared(before, asked.inputs).notices).toEqual([]);
    const split = play(aRequest(asked), before).live;
    for (const key of [HTTP_ROUTE, 'projectcontour.io/HTTPProxy/demo/web-metrics']) {
      expect(JSON.stringify(spec(split, key))).toContain('-canary');
    }
    const { live } = play(act('reject'), split);
    expect(live.objects).toEqual(before.objects);
  });

  test('are both wanted where both are asked for', () => {
    expect(() => prepared(world(httpRoute('web')), { 'traffic-split-method': 'gateway-api,contour' })).toThrow(
      expect.objectContaining({ code: 'NO_ROUTE', message: expect.stringMatching(/contour: no HTTPProxy .* Service web or web-metrics$/) }),
    );
  });

  test('stand beside a mesh that splits every Service', () => {
    const before = world(httpRoute('web'));
    const asked = by('gateway-api,smi');
    expect(prepared(before, asked.inputs).notices).toEqual([]);
    const split = play(aRequest(asked), before).live;
    expect(names(split)).toContain('split.smi-spec.io/TrafficSplit/demo/web-metrics-rollout');
    expect(play(act('reject'), split).live.objects).toEqual(before.objects);
  });
});

test('no route at all is refused, with all Services', () => {
  for (const method of ['gateway-api', 'nginx']) {
    expect(() => prepared(world(), { 'traffic-split-method': method })).toThrow(
      expect.objectContaining({ code: 'NO_ROUTE', message: expect.stringContaining('Service web or web-metrics') }),
    );
  }
});

describe('auto', () => {
  test('goes the way that it chose', () => {
    const { apps } = prepared(world(httpRoute('web')), { 'traffic-split-method': 'auto' });
    expect(apps.flatMap(({ routers }) => routers.map(({ name }) => name))).toEqual(['gateway-api']);
  });
});

describe('a route that comes or goes while the rollout is open', () => {
  const open = play(aRequest(by('gateway-api')), world(httpRoute('web'))).live;

  test('stays as it came', () => {
    const added = { ...open, objects: { ...open.objects, ...aLive(httpRoute('web-metrics')).objects } };
    const key = 'gateway.networking.k8s.io/HTTPRoute/demo/web-metrics';
    const more = play(aRequest(by('gateway-api', { percentage: '50' })), added).live;
    for (const live of [more, play(act('reject'), more).live]) expect(live.objects[key]).toEqual(added.objects[key]);
  });

  test('is missed by the next increment', () => {
    const objects = Object.fromEntries(Object.entries(open.objects).filter(([key]) => key !== HTTP_ROUTE));
    expect(() => prepared({ ...open, objects }, { 'traffic-split-method': 'gateway-api', percentage: '50' })).toThrow(
      expect.objectContaining({ code: 'NO_ROUTE', message: expect.stringMatching(/Service web$/) }),
    );
  });
});
