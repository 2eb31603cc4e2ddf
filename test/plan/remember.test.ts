import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { Live } from '../../src/model/live.ts';
import { removalRank } from '../../src/plan/operations/remember.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play, recordOf } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web');
const service = aService('web').build();
const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web')
  .namespace('demo')
  .field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] })
  .build();
const world = aLive(v1.build(), service, route);
const deploy = (version: string, run: string, method = 'gateway-api') =>
  aRequest({ inputs: { 'traffic-split-method': method }, files: [v1.image(version).build(), service], run: { id: run, name: run } });
const routeIn = ({ objects }: Live) => objects[keyOf(refOf(route))];

describe('the user’s route', () => {
  const older = play(deploy('app:2', 'run/1'), world).live;
  const newer = play(deploy('app:3', 'run/2'), older).live;

  test('is split, and remembered as it was', () => {
    expect(at(routeIn(older), 'spec.rules')).toMatchObject([{ backendRefs: [{ weight: 800 }, { weight: 100 }, { weight: 100 }] }]);
    expect(recordOf(older)?.originals.routes).toMatchObject([{ name: 'web', objects: [{ spec: route.spec }] }]);
  });

  test('is remembered as it was before the older rollout when a newer one takes over', () => {
    expect(recordOf(newer)).toMatchObject({ run: { id: 'run/2' }, originals: { routes: [{ objects: [{ spec: route.spec }] }] } });
  });

  test('is back as it was after the newer one is rejected', () => {
    const rejected = play(aRequest({ inputs: { action: 'reject' }, run: { id: 'run/2' } }), newer).live;
    expect(routeIn(rejected)).toEqual(routeIn(world));
  });
});

test('a rollout in one way does not take over from one in another, whose route it would leave behind', () => {
  const opened = play(deploy('app:2', 'run/1'), world).live;
  expect(() => play(deploy('app:3', 'run/2', 'smi'), opened)).toThrow(
    expect.objectContaining({ code: 'ROLLOUT_OPEN', message: expect.stringContaining('gateway-api') }),
  );
  expect(() =>
    play(
      aRequest({
        inputs: { strategy: 'recreate', 'traffic-split-method': 'gateway-api', percentage: '' },
        files: [v1.image('app:3').build(), service],
      }),
      opened,
    ),
  ).toThrow(expect.objectContaining({ code: 'ROLLOUT_OPEN', message: expect.stringContaining('canary') }));
});

describe('a record', () => {
  const canary = aRequest({
    files: [v1.image('app:2').build(), service, anObject('v1', 'ServiceAccount', 'web').namespace('demo').build()],
  });
  const rollout = recordOf(play(canary, world).live);

  test('lists what the release brings and was not there, and nothing that was', () => {
    expect(rollout?.created.map(({ ref }) => ref.kind)).toEqual(['ServiceAccount']);
  });

  test('holds stable as the user has it, without status', () => {
    expect(rollout?.originals.stable).toMatchObject({ spec: v1.build().spec });
    expect(rollout?.originals.stable).not.toHaveProperty('status');
  });

  test('says what was asked, how pods are told apart, and which Services are split', () => {
    expect(rollout).toMatchObject({ percentage: 20, router: 'smi', strategy: 'canary', services: ['web'], distinction: { keys: ['app'] } });
  });
});

test('routes are taken away before Services, Services before workloads, workloads before what they read', () => {
  const refs = [
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { apiVersion: 'v1', kind: 'Service' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
  ];
  expect(refs.toSorted((a, b) => removalRank(a) - removalRank(b)).map(({ kind }) => kind)).toEqual([
    'HTTPRoute',
    'Service',
    'Deployment',
    'ConfigMap',
  ]);
});
