/** A Service that leads to two Deployments, and policies over both. */
import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = (name: string) => {
  const labels = { app: name, tier: 'front' };
  return aDeployment(name).replicas(2).field('spec.template.metadata.labels', labels);
};
const v2 = (name: string): KubeObject => v1(name).image('app:2').build();
const shop = aService('shop').selecting({ tier: 'front' }).build();
const own = (name: string): KubeObject => aService(name).build();
const httpRoute = (to: string): KubeObject =>
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', to)
    .namespace('demo')
    .field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: to, port: 80 }] }] })
    .build();
const budget = anObject('policy/v1', 'PodDisruptionBudget', 'front')
  .namespace('demo')
  .field('spec', { maxUnavailable: 1, selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] } })
  .build();

const wall = anObject('networking.k8s.io/v1', 'NetworkPolicy', 'front')
  .namespace('demo')
  .field('spec', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }] }],
  })
  .build();

const cluster = (...around: readonly KubeObject[]) => aLive(v1('api').build(), v1('web').build(), ...around);
const deploy = (id: string, files: readonly KubeObject[], inputs: RawInputs = {}) =>
  aRequest({ files, inputs: { baseline: 'false', ...inputs }, run: { id, name: id } });
const reject = (id: string) => aRequest({ inputs: { action: 'reject' }, run: { id, name: id } });
const refusal = (message: RegExp) => expect.objectContaining({ code: 'ROUTE_TAKEN', message: expect.stringMatching(message) });

describe('a Service that leads to two Deployments', () => {
  const world = cluster(shop);
  const told = refusal(/^Deployment demo\/web: Service demo\/shop also leads to the pods of Deployment demo\/api/);

  test.each(['smi', 'gateway-api'])('by %s has its requests split for one of them at a time', method => {
    const inputs = { 'traffic-split-method': method };
    const from = method === 'smi' ? world : cluster(shop, httpRoute('shop'));
    expect(() => play(deploy('run/1', [v2('api'), v2('web'), shop], inputs), from)).toThrow(told);
    const open = play(deploy('run/1', [v2('api'), shop], inputs), from).live;
    expect(() => play(deploy('run/2', [v2('web'), shop], inputs), open)).toThrow(told);
    const closed = play(reject('run/1'), open).live;
    const other = play(deploy('run/2', [v2('web'), shop], inputs), closed).live;
    expect(play(reject('run/2'), other).live.objects).toEqual(from.objects);
  });

  test('is not passed on by the run that takes one back: both would write its leaves at once', () => {
    const open = play(deploy('run/1', [v2('api'), shop]), world).live;
    const passing = deploy('run/2', [v1('api').build(), v2('web'), shop]);
    expect(() => play(passing, open)).toThrow(told);
    expect(() => play(passing, open)).toThrow(expect.objectContaining({ hint: expect.stringContaining('in an earlier run') }));
  });

  test('keeps the split that it has where the other stays as it is', () => {
    const files = [v2('api'), shop, v1('web').build()];
    const open = play(deploy('run/1', files), world).live;
    const grown = play(deploy('run/1', files, { percentage: '40' }), open).live;
    expect(Object.keys(grown.objects).sort()).toEqual(Object.keys(open.objects).sort());
    expect(play(deploy('run/2', [v1('web').build(), shop]), open).done).toEqual([]);
  });

  test('is behind both by counts of pods', () => {
    const pods = { 'traffic-split-method': 'pod', percentage: '50' };
    const open = play(deploy('run/1', [v2('api'), v2('web'), shop], pods), world).live;
    expect(play(reject('run/1'), open).live.objects).toEqual(world.objects);
  });

  test('and to which no route leads stands in nobody’s way', () => {
    const routes = ['api', 'web'].flatMap(name => [own(name), httpRoute(name)]);
    const from = cluster(shop, ...routes);
    const inputs = { 'traffic-split-method': 'gateway-api' };
    const both = play(deploy('run/1', [v2('api'), v2('web'), shop, ...routes], inputs), from).live;
    expect(play(reject('run/1'), both).live.objects).toEqual(from.objects);
    const apart = play(deploy('run/2', [v2('web')], inputs), play(deploy('run/1', [v2('api')], inputs), from).live).live;
    const one = play(reject('run/1'), apart).live;
    expect(play(reject('run/2'), one).live.objects).toEqual(from.objects);
  });
});

describe('a Service over two Deployments that have one each beside it', () => {
  const services = [own('api'), own('web'), shop];
  const world = cluster(...services);
  const names = ({ objects }: Live): readonly string[] => Object.keys(objects).sort();
  const told = 'Service shop is split by the rollout of api, so all of its requests stay on the running version of web.';

  test.each([[services], [[]]])('is left to the rollout that splits it', around => {
    const open = play(deploy('run/1', [v2('api'), ...services]), world).live;
    const request = deploy('run/2', [v2('web'), ...around]);
    expect(prepare(request, open, 'deploy').notices).toContain(told);
    const both = play(request, open).live;
    const made = names(both).filter(key => !names(open).includes(key));
    expect(made.filter(key => key.includes('web-'))).not.toEqual([]);
    expect(made.filter(key => key.includes('shop'))).toEqual([]);
    expect(play(request, both).done).toEqual([]);
    const alone = play(reject('run/1'), both).live;
    expect(names(alone).filter(key => key.includes('shop-'))).toEqual([]);
    expect(play(reject('run/2'), alone).live.objects).toEqual(world.objects);
    const first = play(reject('run/2'), both).live;
    expect(names(first)).toEqual(names(open));
    expect(play(reject('run/1'), first).live.objects).toEqual(world.objects);
  });

  test('is in nobody’s way where the run that changes one takes back the other', () => {
    const open = play(deploy('run/1', [v2('api'), ...services]), world).live;
    const web = play(deploy('run/2', [v1('api').build(), v2('web'), ...services]), open).live;
    expect(names(web).filter(key => key.includes('api-'))).toEqual([]);
    expect(names(web).filter(key => key.includes('web-canary'))).not.toEqual([]);
    expect(play(reject('run/2'), web).live.objects).toEqual(world.objects);
  });

  test('is the first one’s where one run deploys both, and is not what stays as it is', () => {
    const request = deploy('run/1', [v2('api'), v2('web'), ...services]);
    expect(prepare(request, world, 'deploy').notices).toContain(told);
    const both = play(request, world).live;
    expect(names(both).filter(key => key.includes('web-canary'))).not.toEqual([]);
    expect(play(reject('run/1'), both).live.objects).toEqual(world.objects);
    const web = play(deploy('run/2', [v1('api').build(), v2('web'), ...services]), world).live;
    expect(names(web).filter(key => key.includes('shop-canary'))).not.toEqual([]);
    const promoted = play(aRequest({ inputs: { action: 'promote' }, run: { id: 'run/1', name: 'run/1' } }), both).live;
    expect(names(promoted)).toEqual(names(world));
  });
});

describe.each([
  ['a policy over the pods of two Deployments', budget, 'PodDisruptionBudget'],
  ['a policy that lets the pods of one reach those of another', wall, 'NetworkPolicy'],
])('%s', (_, policy, kind) => {
  const files = [own('api'), own('web')];
  const world = cluster(...files, policy);
  const told = refusal(new RegExp(`^Deployment demo/web: ${kind} demo/front also selects the pods of Deployment demo/api`));

  test('is copied for one of them at a time', () => {
    expect(() => play(deploy('run/1', [v2('api'), v2('web'), ...files]), world)).toThrow(told);
    const open = play(deploy('run/1', [v2('api'), own('api')]), world).live;
    expect(() => play(deploy('run/2', [v2('web'), own('web')]), open)).toThrow(told);
    const wayOut = expect.objectContaining({ hint: expect.stringContaining('isolation: none') });
    expect(() => play(deploy('run/2', [v2('web'), own('web')]), open)).toThrow(wayOut);
    const both = play(deploy('run/2', [v2('web'), own('web')], { isolation: 'none' }), open).live;
    expect(play(reject('run/1'), play(reject('run/2'), both).live).live.objects).toEqual(world.objects);
    expect(play(deploy('run/2', [v2('web'), own('web')]), play(reject('run/1'), open).live).done).not.toEqual([]);
  });
});
