/** Promote and reject go by what the deploy opened, whatever their own inputs say; who says something else is told. */
import { expect, test } from '@jest/globals';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(2);
const files = [v1.image('app:2').build(), aService('web').build()];
const opened = () =>
  play(
    aRequest({ inputs: { strategy: 'blue-green', 'traffic-split-method': 'smi', percentage: '100' }, files }),
    aLive(v1.build(), aService('web').build()),
  ).live;
const noticed = (inputs: Readonly<Record<string, string>>) => play(aRequest({ inputs }), opened()).prepared.notices;

test.each(['promote', 'reject'])('%s names a strategy and a method that are not those of the deploy', action => {
  expect(noticed({ action, strategy: 'ab', 'traffic-split-method': 'istio' })).toEqual([
    `strategy ab is given, but the rollout was opened with blue-green: ${action} uses that.`,
    `traffic-split-method istio is given, but the rollout was opened with smi: ${action} uses that.`,
  ]);
});

test('the order in which methods are named is none of theirs', () => {
  const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web')
    .namespace('demo')
    .field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] })
    .build();
  const both = { strategy: 'canary', percentage: '20', 'traffic-split-method': 'gateway-api,smi' };
  const { live } = play(aRequest({ inputs: both, files }), aLive(v1.build(), aService('web').build(), route));
  const inputs = { action: 'promote', 'traffic-split-method': 'smi,gateway-api' };
  expect(play(aRequest({ inputs }), live).prepared.notices).toEqual([]);
});

test.each(['promote', 'reject'])('%s says nothing where they are the same, or may not have been given at all', action => {
  expect(noticed({ action, strategy: 'blue-green', 'traffic-split-method': 'smi' })).toEqual([]);
  expect(noticed({ action, 'traffic-split-method': 'auto' })).toEqual([]);
  expect(noticed({ action })).toEqual([]);
});

test('is told of each of several rollouts by what that one was opened with', () => {
  const api = aDeployment('api').replicas(2);
  const live = play(
    aRequest({
      inputs: { 'traffic-split-method': 'pod', baseline: 'false', percentage: '50' },
      files: [api.image('api:2').build(), aService('api').build()],
    }),
    aLive(...Object.values(opened().objects), api.build(), aService('api').build()),
  ).live;
  const { notices } = play(aRequest({ inputs: { action: 'reject', 'traffic-split-method': 'smi' } }), live).prepared;
  expect(notices.filter(text => text.includes('was opened with'))).toEqual([
    'traffic-split-method smi is given, but the rollout was opened with pod: reject uses that.',
  ]);
});

test('promote without files is refused for images of another version than is open', () => {
  const message = expect.stringContaining('images gives app:3, and the open rollout is of app:2');
  const refused = expect.objectContaining({ code: 'RELEASE_MISMATCH', message }) as unknown as Error;
  expect(() => noticed({ action: 'promote', images: 'app:3' })).toThrow(refused);
  expect(() => noticed({ action: 'promote', images: 'app:2,other:7' })).not.toThrow();
});

test('promote without files takes the images of the deploy, also where another Deployment has the same one by a longer name', () => {
  const api = aDeployment('api').replicas(2).image('docker.io/library/app:1');
  const ways = { 'traffic-split-method': 'pod', baseline: 'false', percentage: '50' };
  const files = [aDeployment('web').replicas(2).image('app:2').build(), api.build()].flatMap(file => [
    file,
    aService(file.metadata.name).build(),
  ]);
  const before = aLive(
    ...[aDeployment('web').replicas(2), api.image('docker.io/library/app:0')].map(one => one.build()),
    aService('web').build(),
    aService('api').build(),
  );
  const { live } = play(aRequest({ inputs: ways, files }), before);
  expect(() => play(aRequest({ inputs: { action: 'promote', images: 'app:2' } }), live)).not.toThrow();
});
