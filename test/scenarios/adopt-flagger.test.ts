/** What Flagger leaves when its Canary resource goes and its objects stay, settled under traffic on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { records } from '../../src/manifests/json.ts';
import { toJson } from '../../src/manifests/template.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage, served } from '../stage/stage.ts';
import { canary, IS_FULL, ingressOf, type Left, ownerIn, podsOf, settled, settledWhenKilled, splitOf, takingOf } from './settling.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage([
    ...served,
    definition('networking.istio.io', 'v1', 'DestinationRule', 'destinationrules'),
    definition('flagger.app', 'v1beta1', 'Canary', 'canaries'),
  ]);
});
afterAll(() => stage.close());

interface Sized {
  readonly version: string;
  readonly replicas: number;
}

/** A Deployment as Flagger has it: its label tells the primary from the target. */
function deployment(name: string, { version, replicas }: Sized): KubeObject {
  const labels = { app: name };
  const [file] = web(version) as [KubeObject];
  const { template } = file.spec as { readonly template: KubeObject };
  const annotations = name === 'web' ? {} : { annotations: { 'flagger-id': '0a1b' } };
  const pods = { ...template, metadata: { labels, ...annotations } };
  return { ...file, metadata: { name }, spec: { ...file.spec, replicas, selector: { matchLabels: labels }, template: pods } } as KubeObject;
}

/** A Service as Flagger makes it: its own name is its label. */
const service = (name: string, app: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: { app: name } },
  spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});

const services = [service('web', 'web-primary'), service('web-primary', 'web-primary'), service('web-canary', 'web')];
const primary = deployment('web-primary', { version: 'v1', replicas: 3 });
const idle = deployment('web', { version: 'v1', replicas: 0 });
const tried = deployment('web', { version: 'v2', replicas: 2 });

const split = splitOf({ 'web-canary': 40, 'web-primary': 60 });

const route = (weights: readonly [number, number]): KubeObject => ({
  ...gatewayRoute,
  spec: {
    parentRefs: [{ name: 'edge' }],
    rules: [{ backendRefs: ['web-primary', 'web-canary'].map((name, i) => ({ name, port: 80, weight: weights[i] ?? 0 })) }],
  },
});

const virtual: KubeObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web' },
  spec: {
    hosts: ['web'],
    http: [
      {
        route: [
          { destination: { host: 'web-primary' }, weight: 70 },
          { destination: { host: 'web-canary' }, weight: 30 },
        ],
      },
    ],
  },
};

/** Nobody gets an answer of the canary while Flagger mirrors, so it has no weight. */
const copied = (object: KubeObject, path: 'filters' | 'mirror'): KubeObject => {
  const filters = [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'web-canary', port: 80 } } }];
  const copies = path === 'filters' ? { filters } : { mirror: { host: 'web-canary' }, mirrorPercentage: { value: 100 } };
  const at = path === 'filters' ? 'rules' : 'http';
  const [rule] = records(object.spec?.[at]);
  return { ...object, spec: { ...object.spec, [at]: [toJson({ ...rule, ...copies })] } };
};

const rule = (name: string): KubeObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name },
  spec: { host: name, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } },
});

const scaler = (name: string): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: 3, maxReplicas: 6 },
});

const also = [
  '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers',
  '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses',
  '/apis/networking.istio.io/v1/namespaces/{ns}/virtualservices',
  '/apis/networking.istio.io/v1/namespaces/{ns}/destinationrules',
];

const files = web('v3');
const nginx = { ...canary, 'traffic-split-method': 'nginx' };
const gateway = { ...canary, 'traffic-split-method': 'gateway-api' };
const istio = { ...canary, 'traffic-split-method': 'istio' };

/** Each state of a namespace, once the Canary resource has gone. */
const states: readonly (readonly [string, Left])[] = [
  ['a version promoted, and nothing but Services', { files, isMadeAnew: true, objects: [primary, idle, ...services] }],
  ['an analysis by SMI in the middle', { files, isMadeAnew: true, objects: [primary, tried, ...services, split] }],
  [
    'an analysis by Gateway API in the middle',
    { files, isMadeAnew: true, entry: 'route/web', inputs: gateway, objects: [primary, tried, ...services, route([60, 40])] },
  ],
  [
    'an analysis by Istio in the middle',
    { files, isMadeAnew: true, entry: 'service/web', inputs: istio, objects: [primary, tried, ...services, virtual] },
  ],
  [
    'an analysis by a canary Ingress in the middle',
    {
      files,
      isMadeAnew: true,
      entry: 'route/web',
      inputs: nginx,
      objects: [primary, tried, ...services, ingressOf('web', 'web'), takingOf('web-canary', 30)],
    },
  ],
  [
    'requests copied by Gateway API',
    {
      ...{ files, isMadeAnew: true, entry: 'route/web', inputs: gateway },
      objects: [primary, tried, ...services, copied(route([100, 0]), 'filters')],
    },
  ],
  [
    'requests copied by Istio, DestinationRules and autoscalers',
    {
      ...{ files, isMadeAnew: true, entry: 'service/web', inputs: istio },
      objects: [
        ...[primary, tried, ...services, copied(virtual, 'mirror'), rule('web-primary'), rule('web-canary')],
        ...[scaler('web'), scaler('web-primary')],
      ],
    },
  ],
];

describe('adopt settles, without losing a request, what Flagger left:', () => {
  test.each(states)('%s, and the deploy goes on to its promote', async (_, left) => {
    const after = await settled(stage, { ...left, also });
    const users = left.objects.filter(({ kind, metadata }) => metadata.name === 'web' && kind !== 'TrafficSplit');
    expect(Object.keys(after).sort()).toEqual(users.map(({ kind }) => `${kind}/web`).sort());
    expect(JSON.stringify(after)).not.toMatch(/-primary|-canary|flagger|mirror/i);
  });

  test.each(states.filter((_, i) => IS_FULL || i === 2))('%s, killed behind any write of it and run again', async (_, left) => {
    await settledWhenKilled(stage, left);
  });
});

const canaries = '/apis/flagger.app/v1beta1/namespaces/{ns}/canaries';

/** A Canary resource, as the owner of what Flagger made. */
async function owned(bed: Bed): Promise<void> {
  const { api } = bed;
  const spec = { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
  const owner = await ownerIn(bed, canaries, { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', spec });
  const metadata = { ownerReferences: [owner] };
  const path = '/apis/apps/v1/namespaces/{ns}/deployments/web-primary';
  await api.send('PATCH', path, { metadata }, 'application/merge-patch+json');
  for (const { metadata: made } of services)
    await api.send('PATCH', `/api/v1/namespaces/{ns}/services/${made.name}`, { metadata }, 'application/merge-patch+json');
}

test('adopt refuses while the Canary resource stands; once it is deleted by the way that the refusal tells, it goes on, and no request is lost', async () => {
  const bed = await openBed(stage, [primary, idle, ...services]);
  await owned(bed);
  const before = await bed.snapshot();
  const adopt = { ...canary, adopt: 'true' };
  const traffic = await bed.traffic('service/web');
  expect(await bed.act(adopt, files)).toMatchObject({ code: 'FOREIGN_ROLLOUT', hint: expect.stringContaining('--cascade=orphan') });
  expect(await bed.snapshot()).toEqual(before);
  await bed.api.send('DELETE', `${canaries}/web?propagationPolicy=Orphan`);
  await bed.api.until(
    '/apis/apps/v1/namespaces/{ns}/deployments/web-primary',
    ({ metadata }) => !('ownerReferences' in (metadata as object)),
  );
  expect(said(await bed.act(adopt, files))).toBe('deployed');
  traffic.stop();
  expect([traffic.counts().lost, (await podsOf(bed, 'demo/web:v1')).length]).toEqual([0, 3]);
});

test('adopt refuses where the primary is not whole, and touches nothing', async () => {
  const broken = { ...primary, spec: { ...primary.spec, replicas: 0 } };
  const bed = await openBed(stage, [broken, idle, ...services]);
  const before = await bed.snapshot();
  expect(await bed.act({ ...canary, adopt: 'true' }, files)).toMatchObject({
    code: 'FOREIGN_ROLLOUT',
    message: expect.stringContaining('0 of 0 pods'),
  });
  expect(await bed.snapshot()).toEqual(before);
});
