/** What the canary steps of Azure leave, settled under traffic on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { MeasuredCluster } from '../../src/model/metrics.ts';
import { web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { canary, settled, settledWhenKilled } from './settling.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

type Labels = Readonly<Record<string, string>>;

const KUBERNETES_MANIFEST = { label: 'azure-pipelines/version', split: 'web-azure-pipelines-rollout' };
const K8S_DEPLOY = { label: 'workflow/version', split: 'web-workflow-rollout' };
type Tool = typeof K8S_DEPLOY;

const marked = (mark: Labels): object => (Object.keys(mark).length > 0 ? { labels: mark, annotations: mark } : {});

/** A Deployment as these steps make it of the user's: the mark on itself, its pods and its selector. */
function deployment(name: string, version: string, mark: Labels = {}): KubeObject {
  const labels = { app: 'web', ...mark };
  const [file] = web(version);
  const container = { name: 'web', image: `demo/web:${version}`, ports: [{ name: 'http', containerPort: 8080 }] };
  const spec = { replicas: name.endsWith('y') || name.endsWith('line') ? 1 : 3, selector: { matchLabels: labels } };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return { ...file, metadata: { name, ...marked(mark) }, spec: { ...spec, template } } as KubeObject;
}

const service = (name: string, mark: Labels = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...marked(mark) },
  spec: { selector: { app: 'web', ...mark }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});

const split = (name: string, weights: readonly [number, number, number]): KubeObject => ({
  apiVersion: 'split.smi-spec.io/v1alpha4',
  kind: 'TrafficSplit',
  metadata: { name },
  spec: {
    service: 'web',
    backends: ['stable', 'baseline', 'canary'].map((part, i) => ({ service: `web-${part}`, weight: weights[i] ?? 0 })),
  },
});

const beside = ({ label }: Tool): readonly KubeObject[] =>
  [
    ['baseline', 'v1'],
    ['canary', 'v2'],
  ].map(([part = '', version = '']) => deployment(`web-${part}`, version, { [label]: part }));
const leaves = ({ label }: Tool): readonly KubeObject[] =>
  ['stable', 'baseline', 'canary'].map(part => service(`web-${part}`, { [label]: part }));

/** Each state of a namespace, as the two tools leave it. */
const states: readonly (readonly [string, readonly KubeObject[]])[] = [
  [
    'an open canary by SMI of Azure/k8s-deploy',
    [
      deployment('web', 'v1', { [K8S_DEPLOY.label]: 'stable' }),
      service('web'),
      ...leaves(K8S_DEPLOY),
      ...beside(K8S_DEPLOY),
      split(K8S_DEPLOY.split, [600, 200, 200]),
    ],
  ],
  [
    'an open canary by SMI of KubernetesManifest',
    [
      deployment('web', 'v1', { [KUBERNETES_MANIFEST.label]: 'stable' }),
      service('web'),
      ...leaves(KUBERNETES_MANIFEST),
      ...beside(KUBERNETES_MANIFEST),
      split(KUBERNETES_MANIFEST.split, [0, 0, 1000]),
    ],
  ],
  ['an open canary by pods of KubernetesManifest', [deployment('web', 'v1'), service('web'), ...beside(KUBERNETES_MANIFEST)]],
  [
    'what Azure/k8s-deploy keeps behind a promote: a stable of another name',
    [
      deployment('web-stable', 'v1', { [K8S_DEPLOY.label]: 'stable' }),
      service('web'),
      ...leaves(K8S_DEPLOY),
      split(K8S_DEPLOY.split, [1000, 0, 0]),
    ],
  ],
];

describe('adopt settles, without losing a request,', () => {
  test.each(states)('%s, and the deploy goes on to its promote', async (_, objects) => {
    const after = await settled(stage, { objects, files: web('v3') });
    expect(Object.keys(after).sort()).toEqual(['Deployment/web', 'Service/web']);
    expect(JSON.stringify(after)).not.toMatch(/"(workflow|azure-pipelines)\/version":"(canary|baseline)/);
  });

  test('an open canary, killed behind any write of it and run again', async () => {
    const [[, objects = []] = []] = states;
    await settledWhenKilled(stage, { objects, files: web('v3') });
  });
});

test('adopt refuses where the running version is not whole, and touches nothing', async () => {
  const bed = await openBed(stage, [service('web'), ...beside(K8S_DEPLOY)]);
  const before = await bed.snapshot();
  expect(await bed.act({ ...canary, adopt: 'true' }, web('v3'))).toMatchObject({
    code: 'FOREIGN_ROLLOUT',
    message: expect.stringContaining('cannot settle'),
  });
  expect(await bed.snapshot()).toEqual(before);
});

test('adopt that fails in the middle does not say that it moved no request', async () => {
  const [[, objects = []] = []] = states;
  const bed = await openBed(stage, objects);
  const refusing = (cluster: MeasuredCluster): MeasuredCluster => ({
    ...cluster,
    remove: () => Promise.reject(new RolloutError('FORBIDDEN', 'may not remove', 'Ask for it.')),
  });
  const ending = await bed.act({ ...canary, adopt: 'true' }, web('v3'), { between: refusing });
  expect(ending).toMatchObject({ code: 'FORBIDDEN', message: 'may not remove' });
  expect(ending).not.toMatchObject({ standing: { isUnmoved: true } });
});

describe('beside a mesh of Istio', () => {
  let meshed: CrashStage;
  beforeAll(async () => {
    meshed = await openStage([definition('networking.istio.io', 'v1', 'DestinationRule', 'destinationrules')]);
  });
  afterAll(() => meshed.close());

  test('adopt needs no right to DestinationRules where Argo Rollouts was never at work', async () => {
    const bed = await openBed(meshed, [deployment('web', 'v1'), service('web'), ...beside(KUBERNETES_MANIFEST)]);
    const refused = new RolloutError('FORBIDDEN', 'may not list', 'Ask for it.');
    const refusing = (cluster: MeasuredCluster): MeasuredCluster => ({
      ...cluster,
      list: of => (of.kind === 'DestinationRule' ? Promise.reject(refused) : cluster.list(of)),
    });
    const inputs = { ...canary, 'traffic-split-method': 'pod', adopt: 'true' };
    expect(said(await bed.act(inputs, web('v3'), { between: refusing }))).toBe('deployed');
    expect(Object.keys(await bed.snapshot())).not.toContain('Deployment/web-baseline');
  });
});
