import { describe, expect, test } from '@jest/globals';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web');
const stable = v1.build();
const service = aService('web').build();
const theirs = [{ manager: 'kubectl', operation: 'Update', apiVersion: 'v1' }];
const ours = [...theirs, { manager: 'kubernetes-rollout', operation: 'Update', apiVersion: 'v1' }];
const route = ownedBy(
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web')
    .namespace('demo')
    .field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] })
    .build(),
  theirs,
);
const deployed = play(
  aRequest({ inputs: { 'traffic-split-method': 'gateway-api' }, files: [v1.image('app:2').build(), service] }),
  aLive(stable, service, route),
).live;

describe('a reject that was killed between the two writes that put an object back', () => {
  test('puts the route’s owners back when it runs again', () => {
    expect(restored(withNow(ownedBy(route, ours)))).toEqual(['HTTPRoute/web']);
  });

  test('puts stable’s owners back too', () => {
    expect(restored(withNow(route, ownedBy(stable, ours)))).toEqual(['Deployment/web']);
  });

  test('has nothing to put back behind the second', () => {
    expect(restored(withNow(route, stable))).toEqual([]);
  });

  test('leaves alone what somebody has made of stable since', () => {
    expect(restored(withNow(route, ownedBy(v1.image('app:9').build(), ours)))).toEqual([]);
  });

  test('leaves stable the count that somebody has given it since', () => {
    const now = withNow(route, ownedBy(v1.replicas(7).build(), ours));
    expect(restored(now)).toEqual(['Deployment/web']);
    expect(play(aRequest({ inputs: { action: 'reject' } }), now).live.objects['apps/Deployment/demo/web']?.spec).toEqual({
      ...stable.spec,
      replicas: 7,
    });
  });
});

function ownedBy(object: KubeObject, managedFields: typeof theirs): KubeObject {
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

const withNow = (...objects: readonly KubeObject[]): Live => ({
  ...deployed,
  objects: { ...deployed.objects, ...Object.fromEntries(objects.map(object => [keyOf(refOf(object)), object])) },
});

const restored = (live: Live): readonly string[] =>
  play(aRequest({ inputs: { action: 'reject' } }), live).done.flatMap(operation =>
    operation.do === 'restore' ? [`${operation.object.kind}/${operation.object.metadata.name}`] : [],
  );
