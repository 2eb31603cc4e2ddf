/** What Argo Rollouts leaves when its Rollout goes and its pods stay, settled under traffic on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage, served } from '../stage/stage.ts';
import { canary, IS_FULL, ingressOf, type Left, ownerIn, podsOf, settled, settledWhenKilled, splitOf, takingOf } from './settling.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage([
    ...served,
    definition('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts'),
    definition('networking.istio.io', 'v1', 'DestinationRule', 'destinationrules'),
  ]);
});
afterAll(() => stage.close());

const HASH = 'rollouts-pod-template-hash';
const files = web('v3');
const [deployment, plain] = web('v1') as [KubeObject, KubeObject];

/** A ReplicaSet as a Rollout makes it. */
function set(hash: string, version: string, replicas = 3): KubeObject {
  const labels = { app: 'web', [HASH]: hash };
  const [file] = web(version) as [KubeObject];
  const { template } = file.spec as { readonly template: KubeObject };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `web-${hash}`, labels, annotations: { 'rollout.argoproj.io/revision': '1' } },
    spec: { replicas, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } as never },
  };
}

/** A Service into whose selector the controller has written a version. */
const service = (name: string, hash: string): KubeObject => ({
  ...plain,
  metadata: { name, annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'web' } },
  spec: { ...plain.spec, selector: { app: 'web', [HASH]: hash } },
});

const split = splitOf({ 'web-canary': 0, 'web-stable': 100 });

/** The user's route, in which the controller has set the weights. */
const route: KubeObject = {
  ...gatewayRoute,
  spec: {
    parentRefs: [{ name: 'edge' }],
    rules: [{ backendRefs: ['web-stable', 'web-canary'].map((name, i) => ({ name, port: 80, weight: i === 0 ? 100 : 0 })) }],
  },
};

const istio: readonly KubeObject[] = [
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'web' },
    spec: {
      hosts: ['web'],
      http: [{ route: ['web-stable', 'web-canary'].map((host, i) => ({ destination: { host }, weight: i === 0 ? 100 : 0 })) }],
    },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'web' },
    spec: { host: 'web', subsets: [{ name: 'stable', labels: { app: 'web', [HASH]: '5d4f' } }] },
  },
];

const also = [
  '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses',
  '/apis/networking.istio.io/v1/namespaces/{ns}/virtualservices',
  '/apis/networking.istio.io/v1/namespaces/{ns}/destinationrules',
];

const gateway = { ...canary, 'traffic-split-method': 'gateway-api' };
const versions = [service('web-stable', '5d4f'), service('web-canary', '5d4f')];

/** Each state of a namespace, once the Rollout has gone and left its pods. */
const states: readonly (readonly [string, Left])[] = [
  ['a canary by SMI', { files, objects: [set('5d4f', 'v1'), plain, service('web-stable', '5d4f'), service('web-canary', '5d4f'), split] }],
  ['a blue-green release', { files, objects: [set('5d4f', 'v1'), set('77aa', 'v2', 0), service('web', '5d4f')] }],
  [
    "a canary by Gateway API, whose route is the user's",
    { files: [...files, gatewayRoute], entry: 'route/web', inputs: gateway, objects: [set('5d4f', 'v1'), plain, ...versions, route] },
  ],
  [
    "a canary by Istio, its route and its subsets the user's",
    { files, inputs: { ...canary, 'traffic-split-method': 'istio' }, objects: [set('5d4f', 'v1'), plain, ...versions, ...istio] },
  ],
  [
    "a canary by ingress-nginx, whose Ingress is the user's",
    {
      ...{ files, entry: 'route/web', inputs: { ...canary, 'traffic-split-method': 'nginx' } },
      objects: [set('5d4f', 'v1'), plain, ...versions, ingressOf('web', 'web-stable'), takingOf('web-web-canary', 0)],
    },
  ],
  ['a canary by pods, its Service as the user wrote it', { files, isUnmarked: true, objects: [set('5d4f', 'v1'), plain] }],
];

describe('adopt settles, without losing a request, what Argo Rollouts left:', () => {
  test.each(states)('%s, and the deploy goes on to its promote', async (_, left) => {
    const after = await settled(stage, { ...left, also });
    const routes = left.objects.filter(({ kind, metadata }) => metadata.name === 'web' && !['Service', 'TrafficSplit'].includes(kind));
    expect(Object.keys(after).sort()).toEqual(['Deployment/web', 'Service/web', ...routes.map(({ kind }) => `${kind}/web`)].sort());
    expect(JSON.stringify(Object.values(after).map(object => at(object, 'spec')))).not.toMatch(/rollouts-pod|web-stable|web-canary/);
  });

  test.each(states.filter((_, i) => IS_FULL || i === 0))('%s, killed behind any write of it and run again', async (_, left) => {
    await settledWhenKilled(stage, left);
  });
});

const rollouts = '/apis/argoproj.io/v1alpha1/namespaces/{ns}/rollouts';

const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };

const adopt = { ...canary, adopt: 'true' };

test('adopt refuses while the Rollout stands; once it is deleted by the way that the refusal tells, it goes on, and no request is lost', async () => {
  const bed = await openBed(stage, [set('5d4f', 'v1'), service('web', '5d4f')]);
  const path = '/apis/apps/v1/namespaces/{ns}/replicasets/web-5d4f';
  const metadata = { ownerReferences: [await ownerIn(bed, rollouts, rollout)] };
  await bed.api.send('PATCH', path, { metadata }, 'application/merge-patch+json');
  const before = await bed.snapshot();
  const traffic = await bed.traffic('service/web');
  expect(await bed.act(adopt, files)).toMatchObject({ code: 'FOREIGN_ROLLOUT', hint: expect.stringContaining('--cascade=orphan') });
  expect(await bed.snapshot()).toEqual(before);
  await bed.api.send('DELETE', `${rollouts}/web?propagationPolicy=Orphan`);
  await bed.api.until(path, object => !('ownerReferences' in (object.metadata as object)));
  expect(said(await bed.act(adopt, files))).toBe('deployed');
  traffic.stop();
  expect([traffic.counts().lost, (await podsOf(bed, 'demo/web:v1')).length]).toEqual([0, 3]);
});

test('where the Rollout reads its template from the Deployment, the refusal warns of keeping its pods', async () => {
  const bed = await openBed(stage, [service('web', '5d4f')]);
  const { api } = bed;
  // The owner stands before its ReplicaSet: a Deployment of the selector would take one without an owner.
  const owner = await ownerIn(bed, rollouts, rollout);
  const made = set('5d4f', 'v1');
  const metadata = { ...made.metadata, ownerReferences: [owner] };
  await api.send('POST', '/apis/apps/v1/namespaces/{ns}/replicasets', { ...made, metadata });
  await api.apply('/apis/apps/v1/namespaces/{ns}/deployments/web', { ...deployment, spec: { ...deployment.spec, replicas: 0 } }, 'kubectl');
  const before = await bed.snapshot();
  expect(await bed.act(adopt, files)).toMatchObject({
    code: 'FOREIGN_ROLLOUT',
    hint: expect.stringMatching(/^Do not delete it with --cascade=orphan/),
  });
  expect(await bed.snapshot()).toEqual(before);
});

test('adopt refuses where two versions have pods, and touches nothing', async () => {
  const bed = await openBed(stage, [set('5d4f', 'v1'), set('77aa', 'v2', 1), service('web', '5d4f')]);
  const before = await bed.snapshot();
  expect(await bed.act(adopt, files)).toMatchObject({ code: 'FOREIGN_ROLLOUT', hint: expect.stringContaining('--replicas=0') });
  expect(await bed.snapshot()).toEqual(before);
});
