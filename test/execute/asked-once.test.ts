/** What was answered a moment ago is not asked for again. */
import { describe, expect, test } from '@jest/globals';
import { carryOut } from '../../src/execute/carry-out.ts';
import { noteAll } from '../../src/execute/session.ts';
import { awaitEndpoints, awaitReady } from '../../src/execute/waits/ready.ts';
import { knowingPods, noteReadyPods } from '../../src/execute/waits/ready-pods.ts';
import { revisionsOnDemand } from '../../src/execute/watches/newest.ts';
import { refOf } from '../../src/manifests/refs.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { aSession } from '../build/session.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { hurriedTime } from '../fakes/time.ts';

const labels = { app: 'web' };
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'demo', generation: 1 },
  spec: { replicas: 1, selector: { matchLabels: labels } },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
};
const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'demo' } };
const config: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'demo', uid: 'uid-1' } };

/** A session that knows these objects, what is asked in it, and a way to let its time pass. */
function world(...objects: readonly KubeObject[]) {
  const asked: string[] = [];
  const fake = fakeCluster(...objects);
  const time = hurriedTime([]);
  const cluster: Cluster = {
    ...fake,
    time,
    get: ref => {
      asked.push(`get ${ref.kind}`);
      return fake.get(ref);
    },
    watch: async function* (of) {
      asked.push(`watch ${of.kind}`);
      yield [...fake.objects.values()].filter(({ kind }) => kind === of.kind);
    },
  };
  const session = aSession(cluster);
  noteAll(session, objects);
  const pass = (milliseconds: number): Promise<void> => new Promise(resolve => time.after(milliseconds, resolve));
  return { session, asked, pass };
}

const ready = { do: 'await-ready', ref: refOf(deployment), template: null, isStable: false } as const;
const endpoints = { do: 'await-endpoints', namespace: 'demo', services: ['web'], pods: 'app=web', text: '' } as const;
const create = { do: 'create', object: { ...config, metadata: { name: 'd', namespace: 'demo' } } } as const;
const lease = { guard: async () => undefined } as unknown as Parameters<typeof carryOut>[1]['lease'];

test('a Deployment that was read as complete a moment ago is ready without a question, and later after one read', async () => {
  const { session, asked, pass } = world(deployment);
  await awaitReady(session, ready);
  expect(asked).toEqual([]);
  await pass(2000);
  await awaitReady(session, ready);
  expect(asked).toEqual(['get Deployment']);
});

test('what a long read answered is as old as its beginning', async () => {
  const { session, asked, pass } = world(deployment);
  const began = session.cluster.time.elapsed();
  await pass(5000);
  noteAll(session, [deployment], began);
  await awaitReady(session, ready);
  expect(asked).toEqual(['get Deployment']);
});

test('a Deployment that was just written is watched at once', async () => {
  const { session, asked } = world({ ...deployment, metadata: { ...deployment.metadata, generation: 2 } });
  await expect(awaitReady(session, ready)).rejects.toThrow();
  expect(asked.slice(0, 2).toSorted()).toEqual(['watch Deployment', 'watch Pod']);
});

describe('the pods that a Deployment was awaited with', () => {
  const of = { apiVersion: 'v1', kind: 'Pod', namespace: 'demo', labels: 'app=web' };
  const shown = (...pods: readonly KubeObject[]) => ({ object: [deployment], pods });
  const running: KubeObject = { ...pod(null), status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  const ofOther: KubeObject = {
    ...running,
    metadata: { ...running.metadata, name: 'web-2', labels: { ...labels, 'pod-template-hash': 'a' } },
  };

  /** What is asked when the same pods are watched behind the wait. */
  async function watchedAfter(
    last: ReturnType<typeof shown>,
    between: (means: Parameters<typeof carryOut>[1]) => Promise<void> = async () => undefined,
  ) {
    const { session, asked } = world(...last.pods);
    noteReadyPods(session, { object: refOf(deployment), pods: of }, last);
    await between({ session, lease });
    for await (const set of knowingPods(session).cluster.watch(of, new AbortController().signal)) {
      expect(set.map(({ metadata }) => metadata.name)).toEqual(last.pods.map(({ metadata }) => metadata.name));
      break;
    }
    return asked;
  }

  test('are not listed anew for its endpoints', async () => {
    expect(await watchedAfter(shown(running))).toEqual([]);
  });

  test('are listed anew behind a write, and where they are not those that the Deployment counts', async () => {
    expect(await watchedAfter(shown(running), means => carryOut(create, means))).toEqual(['watch Pod']);
    expect(await watchedAfter(shown())).toEqual(['watch Pod']);
    expect(await watchedAfter(shown(running, ofOther))).toEqual(['watch Pod']);
    expect(await watchedAfter({ ...shown(running, ofOther), object: [{ ...deployment, status: { readyReplicas: 2 } }] })).toEqual([
      'watch Pod',
    ]);
  });
});

test('ReplicaSets are asked for once a pod is beyond help, and not again while the newest is among them', async () => {
  const { session, asked } = world();
  const [object, older] = [withTemplate(deployment, 'v2'), withTemplate(replicaSet('old'), 'v1')];
  const revisions = revisionsOnDemand({ ...session, cluster: { ...session.cluster, list: listing } });
  function listing({ kind }: { readonly kind: string }): Promise<readonly KubeObject[]> {
    asked.push(`list ${kind}`);
    return Promise.resolve([older, withTemplate(replicaSet('new'), 'v2')]);
  }
  const seen = (pods: readonly KubeObject[]) => ({ pods, events: [], now: 0 });
  expect(await revisions(object, seen([pod(null)]))).toEqual([]);
  expect(asked).toEqual([]);
  const [first, second] = [
    await revisions(object, seen([pod('InvalidImageName')])),
    await revisions(object, seen([pod('InvalidImageName')])),
  ];
  expect([first.map(({ metadata }) => metadata.name), second]).toEqual([['old', 'new'], first]);
  expect(asked).toEqual(['list ReplicaSet']);
});

const withTemplate = (object: KubeObject, image: string): KubeObject => ({
  ...object,
  spec: { ...object.spec, template: { spec: { containers: [{ name: 'web', image }] } } },
});
const replicaSet = (name: string): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, namespace: 'demo' } });
function pod(waiting: string | null): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'demo', labels },
    status: { containerStatuses: [{ name: 'web', state: waiting ? { waiting: { reason: waiting, message: '' } } : { running: {} } }] },
  };
}

test('the same wait for endpoints is over at once, unless something was written or time has passed since', async () => {
  const { session, asked, pass } = world(service);
  const look = async (): Promise<number> => {
    const before = asked.length;
    await awaitEndpoints(session, endpoints);
    return asked.length - before;
  };
  expect([await look(), await look()]).toEqual([2, 0]);
  await carryOut(create, { session, lease });
  expect([await look(), await look()]).toEqual([2, 0]);
  await pass(2000);
  expect(await look()).toBe(2);
});

test('what is gone with the answer to its delete is not looked for', async () => {
  const { session, asked } = world(config);
  await carryOut({ do: 'remove', ref: refOf(config), uid: 'uid-1' }, { session, lease });
  expect(asked).toEqual([]);
});
