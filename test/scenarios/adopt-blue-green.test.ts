/** What a blue-green step of Azure/k8s-deploy leaves, by each of its route methods, settled under traffic on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { canary, IS_FULL, type Left, settled, settledWhenKilled } from './settling.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const COLOR = 'k8s.deploy.color';

/** The Deployment or the Service of the files as such a step applies it: its color on itself, its pods and its selector. */
function colored(kind: string, name: string, { color, version = 'v1' }: { readonly color: string; readonly version?: string }): KubeObject {
  const file = web(version).find(object => object.kind === kind);
  const labels = { app: 'web', [COLOR]: color };
  const { template } = (file?.spec ?? {}) as { readonly template: KubeObject };
  const pods = { ...template, metadata: { labels } };
  const spec = kind === 'Service' ? { selector: labels } : { selector: { matchLabels: labels }, template: pods };
  return { ...file, metadata: { name, labels: { [COLOR]: color } }, spec: { ...file?.spec, ...spec } } as KubeObject;
}

const blue = colored('Deployment', 'web', { color: 'None' });
const green = colored('Deployment', 'web-green', { color: 'green', version: 'v2' });
const [plain, service] = web('v1') as [KubeObject, KubeObject];

const split = (weights: readonly [number, number]): KubeObject => ({
  apiVersion: 'split.smi-spec.io/v1alpha4',
  kind: 'TrafficSplit',
  metadata: { name: 'web-trafficsplit' },
  spec: { service: 'web', backends: ['stable', 'green'].map((part, i) => ({ service: `web-${part}`, weight: weights[i] ?? 0 })) },
});

const ingress = (backend: string, labels: object = {}): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', ...labels },
  spec: {
    ingressClassName: 'nginx',
    rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend, port: { number: 80 } } } }] } }],
  },
});

const files = web('v3');

/** Each state of a namespace, as the step leaves it. */
const states: readonly (readonly [string, Left])[] = [
  ['switched by the Service', { files, objects: [blue, green, colored('Service', 'web', { color: 'green' })] }],
  ['promoted, by the Service', { files, objects: [blue, colored('Service', 'web', { color: 'None' })] }],
  [
    'switched over a Deployment that a basic deploy made',
    { files, objects: [plain, green, colored('Service', 'web', { color: 'green' })] },
  ],
  [
    'switched by SMI',
    {
      files,
      objects: [
        blue,
        green,
        service,
        colored('Service', 'web-stable', { color: 'None' }),
        colored('Service', 'web-green', { color: 'green' }),
        split([0, 100]),
      ],
    },
  ],
  [
    'begun and never promoted: nothing but green runs',
    { files, image: 'demo/web:v2', objects: [green, colored('Service', 'web', { color: 'green' })] },
  ],
  [
    'switched by the Ingress',
    {
      files: [...files, ingress('web')],
      entry: 'route/web',
      inputs: { ...canary, 'traffic-split-method': 'nginx' },
      objects: [
        blue,
        green,
        colored('Service', 'web', { color: 'None' }),
        colored('Service', 'web-green', { color: 'green' }),
        ingress('web-green', { labels: { [COLOR]: 'green' } }),
      ],
    },
  ],
];

describe('adopt settles a blue-green release, without losing a request,', () => {
  test.each(states)('%s, and the deploy goes on to its promote', async (_, left) => {
    const after = await settled(stage, left);
    expect(Object.keys(after).sort()).toEqual(['Deployment/web', 'Service/web']);
    expect(JSON.stringify(after)).not.toContain(COLOR);
  });

  test.each(states.filter((_, i) => IS_FULL || i % 5 === 0))('%s, killed behind any write of it and run again', async (_, left) => {
    await settledWhenKilled(stage, left);
  });
});

test('adopt refuses a green Service without a Service beside it that requests could come to, and touches nothing', async () => {
  const bed = await openBed(stage, [green, colored('Service', 'web-green', { color: 'green' }), ingress('web-green')]);
  const before = await bed.snapshot();
  const ending = await bed.act({ ...canary, adopt: 'true' }, [...files, ingress('web')]);
  expect(ending).toMatchObject({ code: 'FOREIGN_ROLLOUT', message: expect.stringMatching(/Service \S+web-green has no Service/) });
  expect(await bed.snapshot()).toEqual(before);
});
