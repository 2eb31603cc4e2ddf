/** One route that leads to several workloads, each of which another tool has released: `adopt` settles them all in one run. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { type CrashStage, openStage, served } from '../stage/stage.ts';
import { canary, settled } from './settling.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage([
    ...served,
    definition('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts'),
    definition('flagger.app', 'v1beta1', 'Canary', 'canaries'),
  ]);
});
afterAll(() => stage.close());

const named = (object: KubeObject, name: string): KubeObject => JSON.parse(JSON.stringify(object).replaceAll('web', name)) as KubeObject;
const each = (objects: readonly KubeObject[]): readonly KubeObject[] =>
  ['web', 'api'].flatMap(name => objects.map(object => named(object, name)));
const [file, plain] = web('v1') as [KubeObject, KubeObject];
const { template } = file.spec as { readonly template: KubeObject };

/** Requests to /api go to the one, all others to the other one. */
function routeTo(...suffixes: readonly string[]): KubeObject {
  const backends = (name: string) => suffixes.map((suffix, i) => ({ name: `${name}${suffix}`, port: 80, weight: i === 0 ? 100 : 0 }));
  const rules = [
    { matches: [{ path: { type: 'PathPrefix', value: '/api' } }], backendRefs: backends('api') },
    { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: backends('web') },
  ];
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web' },
    spec: { parentRefs: [{ name: 'edge' }], rules } as never,
  };
}

const HASH = 'rollouts-pod-template-hash';

/** What a Rollout leaves that goes and keeps its pods. */
function ofArgo(): readonly KubeObject[] {
  const labels = { app: 'web', [HASH]: '5d4f' };
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web-5d4f', labels },
    spec: { replicas: 3, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } as never },
  };
  const annotations = { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'web' };
  const service = (name: string): KubeObject => ({ ...plain, metadata: { name, annotations }, spec: { ...plain.spec, selector: labels } });
  return [set, plain, service('web-stable'), service('web-canary')];
}

/** What a Canary of Flagger leaves that goes and keeps its objects. */
function ofFlagger(): readonly KubeObject[] {
  const deployment = (name: string, replicas: number): KubeObject => {
    const labels = { app: name };
    const annotations = name === 'web' ? {} : { annotations: { 'flagger-id': '0a1b' } };
    const pods = { ...template, metadata: { labels, ...annotations } };
    return { ...file, metadata: { name }, spec: { ...file.spec, replicas, selector: { matchLabels: labels }, template: pods as never } };
  };
  const service = (name: string, app: string): KubeObject => ({
    ...plain,
    metadata: { name, labels: { app: name } },
    spec: { ...plain.spec, selector: { app } },
  });
  const services = [service('web', 'web-primary'), service('web-primary', 'web-primary'), service('web-canary', 'web')];
  return [deployment('web-primary', 3), deployment('web', 0), ...services];
}

const COLOR = 'k8s.deploy.color';

/** What a blue-green release of Azure leaves that was switched by the Ingress. */
function ofAzure(): readonly KubeObject[] {
  const colored = (kind: string, [name, color]: readonly [string, string]): KubeObject => {
    const labels = { app: 'web', [COLOR]: color };
    const [own] = web(color === 'green' ? 'v2' : 'v1').filter(object => object.kind === kind);
    const pods = { ...template, ...(own?.spec?.template as object), metadata: { labels } };
    const spec = kind === 'Service' ? { selector: labels } : { selector: { matchLabels: labels }, template: pods };
    return { ...own, metadata: { name, labels: { [COLOR]: color } }, spec: { ...own?.spec, ...spec } } as KubeObject;
  };
  const two = (kind: string): readonly KubeObject[] => [colored(kind, ['web', 'None']), colored(kind, ['web-green', 'green'])];
  return [...two('Deployment'), ...two('Service')];
}

function ingressTo(suffix: string): KubeObject {
  const path = (at: string, name: string) => ({
    path: at,
    pathType: 'Prefix',
    backend: { service: { name: `${name}${suffix}`, port: { number: 80 } } },
  });
  const spec = { ingressClassName: 'nginx', rules: [{ http: { paths: [path('/api', 'api'), path('/', 'web')] } }] };
  const metadata = { name: 'web', ...(suffix === '' ? {} : { labels: { [COLOR]: 'green' } }) };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec };
}

test('two blue-green releases behind one Ingress are settled in one run, and no request is lost', async () => {
  const after = await settled(stage, {
    objects: [...each(ofAzure()), ingressTo('-green')],
    files: [...each(web('v3')), ingressTo('')],
    entry: 'route/web',
    inputs: { ...canary, 'traffic-split-method': 'nginx' },
  });
  expect(Object.keys(after).sort()).toEqual(['Deployment/api', 'Deployment/web', 'Service/api', 'Service/web']);
  expect(JSON.stringify(after)).not.toContain(COLOR);
});

test.each([
  ['Rollouts of Argo', [...each(ofArgo()), routeTo('-stable', '-canary')]],
  ['Canaries of Flagger', [...each(ofFlagger()), routeTo('-primary', '-canary')]],
])('two %s behind one route are settled in one run, and no request is lost', async (_, objects) => {
  const after = await settled(stage, {
    objects,
    files: [...each(web('v3')), routeTo('')],
    entry: 'route/web',
    inputs: { ...canary, 'traffic-split-method': 'gateway-api' },
    isMadeAnew: true,
  });
  expect(Object.keys(after).sort()).toEqual(['Deployment/api', 'Deployment/web', 'HTTPRoute/web', 'Service/api', 'Service/web']);
  expect(JSON.stringify(Object.values(after).map(object => at(object, 'spec')))).not.toMatch(/rollouts-pod|-stable|-canary|-primary/);
});
