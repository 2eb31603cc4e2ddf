/** Pods that a read has listed with all others of their namespace, where their endpoints are awaited right behind it. */
import { describe, expect, test } from '@jest/globals';
import { noteAll } from '../../../src/execute/session.ts';
import { awaitEndpoints } from '../../../src/execute/waits/ready.ts';
import { notingPods } from '../../../src/execute/waits/ready-pods.ts';
import type { Cluster, JsonObject, KubeObject } from '../../../src/model/kube.ts';
import { aSession } from '../../build/session.ts';
import { fakeCluster } from '../../fakes/cluster.ts';
import { hurriedTime } from '../../fakes/time.ts';

const at = (kind: string, apiVersion: string, name: string): Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'demo' },
});
const labelled = (name: string, labels: Readonly<Record<string, string>>): KubeObject['metadata'] => ({ name, namespace: 'demo', labels });

function deployment(name: string, replicas: number, observedGeneration = 1): KubeObject {
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  const spec: JsonObject = { replicas, template: { metadata: { labels: { app: 'web', of: name } } } };
  const object = at('Deployment', 'apps/v1', name);
  return { ...object, metadata: { ...object.metadata, generation: 1 }, spec, status: { observedGeneration, ...counts } };
}

const pod = (name: string, of = 'web', hash = of): KubeObject => ({
  ...at('Pod', 'v1', name),
  metadata: labelled(name, { app: 'web', of, 'pod-template-hash': hash }),
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});

const service: KubeObject = { ...at('Service', 'v1', 'web'), spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } };

const sliceOf = (...pods: readonly KubeObject[]): KubeObject => ({
  ...at('EndpointSlice', 'discovery.k8s.io/v1', 'web-1'),
  metadata: labelled('web-1', { 'kubernetes.io/service-name': 'web' }),
  ports: [{ name: '', port: 80, protocol: 'TCP' }],
  endpoints: pods.map(({ metadata: { name } }) => ({ targetRef: { kind: 'Pod', name } })),
});

interface World {
  readonly deployments: readonly KubeObject[];
  /** What the read lists, and what there is when a watch looks. */
  readonly listed: readonly KubeObject[];
  readonly now?: readonly KubeObject[];
  readonly slices?: readonly KubeObject[];
  /** The label by which endpoints are awaited. */
  readonly pods?: string;
}

/** What is watched for the endpoints right behind a read, and how long that took. */
async function watchedBehindRead({ deployments, listed, now = listed, slices = [sliceOf(...now)], pods = 'app=web' }: World) {
  const watched: string[] = [];
  const time = hurriedTime([]);
  const cluster: Cluster = {
    ...fakeCluster(...listed),
    time,
    watch: async function* (of, signal) {
      watched.push(of.kind);
      yield of.kind === 'Pod' ? now : slices;
      if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
  const session = aSession(cluster);
  await notingPods(session).list({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo' });
  noteAll(session, [...deployments, service]);
  await awaitEndpoints(session, { do: 'await-endpoints', namespace: 'demo', services: ['web'], pods, text: '' });
  return { watched, milliseconds: time.elapsed() };
}

const both = [pod('web-1'), pod('web-2')];

describe('pods that were listed with all others', () => {
  test('are not asked for once more', async () => {
    const seen = await watchedBehindRead({ deployments: [deployment('web', 2)], listed: [...both, pod('other', 'other')], pods: 'of=web' });
    expect(seen).toEqual({ watched: ['EndpointSlice'], milliseconds: 0 });
  });

  test('of several Deployments behind one Service are not either', async () => {
    const deployments = [deployment('web', 2), deployment('web-canary', 1)];
    const { watched } = await watchedBehindRead({ deployments, listed: [...both, pod('web-canary-1', 'web-canary')] });
    expect(watched).toEqual(['EndpointSlice']);
  });

  test.each<[string, World]>([
    ['Deployment was written since', { deployments: [deployment('web', 2, 0)], listed: both }],
    ['Deployment counts another number of them', { deployments: [deployment('web', 3)], listed: both }],
    ['Deployment is none', { deployments: [], listed: both }],
    ['templates are two', { deployments: [deployment('web', 2)], listed: [pod('web-1'), pod('web-2', 'web', 'older')] }],
  ])('are asked for where their %s', async (_, world) => {
    const { watched } = await watchedBehindRead(world);
    expect(watched.toSorted()).toEqual(['EndpointSlice', 'Pod']);
  });

  test('are looked at anew where their endpoints do not come: one may be another by then', async () => {
    const now = [pod('web-1'), pod('web-3')];
    const { watched, milliseconds } = await watchedBehindRead({ deployments: [deployment('web', 2)], listed: both, now });
    expect(watched).toEqual(['EndpointSlice', 'Pod']);
    expect(milliseconds).toBeGreaterThanOrEqual(1000);
  });
});
