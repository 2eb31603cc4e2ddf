/** DaemonSets, released node by node, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { agent, agents, byHand, everywhere, NEW, OLD, onNodes, podsOnNodes, running, type Spec } from '../build/daemon-set.ts';
import { promote, reject, share } from '../build/stateful-set.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const opened = async (inputs: RawInputs = share(20), spec: Spec = {}): Promise<Bed> => {
  const bed = await running(stage, 'v1', spec);
  expect(said(await bed.act(inputs, agent('v2', spec)))).toBe('deployed');
  return bed;
};

const strategyOf = async ({ api }: Bed) => ((await api.send('GET', agents)).body.spec as Spec).updateStrategy;

describe('a canary of a DaemonSet', () => {
  test('puts the new version on a share of the nodes, at least one and never all, and says on which', async () => {
    const bed = await running(stage);
    const before = await podsOnNodes(bed);
    expect(await bed.act(share(40), agent('v2'))).toMatchObject({
      outcome: {
        status: 'deployed',
        canaryShare: 40,
        variants: [
          { role: 'stable', name: 'agent on the other nodes', images: ['demo/agent:v1'], replicas: 3, ready: 3 },
          { role: 'canary', name: 'agent on node-1, node-2', images: ['demo/agent:v2'], replicas: 2, ready: 2 },
        ],
      },
    });
    expect(await onNodes(bed)).toBe('v2 v2 v1 v1 v1');
    const uids = (pods: readonly KubeObject[]): readonly unknown[] => pods.slice(2).map(({ metadata }) => metadata.uid);
    expect(uids(await podsOnNodes(bed))).toEqual(uids(before));
    expect(said(await bed.act(share(40), agent('v2')))).toBe('unchanged');
    expect(await onNodes(await opened(share(1)))).toBe('v2 v1 v1 v1 v1');
    expect(await onNodes(await opened(share(100)))).toBe('v2 v2 v2 v2 v1');
  });

  test('goes on with a larger share on the same nodes and more, and keeps them with a smaller one', async () => {
    const bed = await opened();
    expect(said(await bed.act(share(60), agent('v2')))).toBe('deployed');
    expect(await onNodes(bed)).toBe('v2 v2 v2 v1 v1');
    await bed.act(share(20), agent('v2'));
    expect(await onNodes(bed)).toBe('v2 v2 v2 v1 v1');
  });

  test('walks through steps', async () => {
    const bed = await opened({ action: 'deploy', strategy: 'canary', steps: '20,60', interval: '5s' });
    expect(await onNodes(bed)).toBe('v2 v2 v2 v1 v1');
  });

  test('shows in a dry run which nodes it will be, and what a node goes through', async () => {
    const bed = await running(stage);
    const before = await bed.snapshot();
    expect(await bed.act(share(40, { 'dry-run': 'true' }), agent('v2'))).toMatchObject({
      outcome: { variants: [{ name: 'agent on the other nodes' }, { name: 'agent on node-1, node-2', images: ['demo/agent:v2'] }] },
    });
    expect([await bed.snapshot(), await onNodes(bed)]).toEqual([before, OLD]);
  });

  test.each([
    ['one after the other', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } }],
    ['beside the old ones', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 2 } } }],
  ])('is promoted to all nodes %s, with the files as they are and nothing left', async (_, spec) => {
    const bed = await opened(share(20), spec);
    expect(await strategyOf(bed)).toEqual({ type: 'OnDelete' });
    expect(await bed.act(promote)).toMatchObject({ outcome: { status: 'promoted', variants: [{ name: 'agent' }] } });
    expect(await onNodes(bed)).toBe(NEW);
    expect(await bed.snapshot()).toEqual(await (await running(stage, 'v2', spec)).snapshot());
    expect(said(await bed.act(promote, agent('v2', spec)))).toBe('unchanged');
  });

  test('is rejected: the pods of the new version go, no other one does, and the user has what he had', async () => {
    const bed = await running(stage);
    const [before, pods] = [await bed.snapshot(), await podsOnNodes(bed)];
    await bed.act(share(60), agent('v2'));
    expect(await bed.act(reject)).toMatchObject({ outcome: { status: 'rejected', variants: [{ images: ['demo/agent:v1'] }] } });
    expect(await onNodes(bed)).toBe(OLD);
    expect(await bed.snapshot()).toEqual(before);
    const after = await podsOnNodes(bed);
    expect(after.slice(3).map(({ metadata }) => metadata.uid)).toEqual(pods.slice(3).map(({ metadata }) => metadata.uid));
  });

  test.each([{}, byHand])('that never gets ready is taken back at once, stuck pod and all (%j)', async spec => {
    const bed = await running(stage, 'v1', spec);
    const before = await bed.snapshot();
    expect(await bed.act(share(40), agent('v2-unready', spec), { timeoutSeconds: 5 })).toMatchObject({ code: 'NOT_READY' });
    expect(await onNodes(bed)).toBe(OLD);
    expect(await bed.snapshot()).toEqual(before);
  });

  test('gives way to a newer release, from the old version on', async () => {
    const bed = await opened(share(60));
    expect(said(await bed.act(share(20), agent('v3'), { run: 2 }))).toBe('deployed');
    expect(await onNodes(bed)).toBe('v3 v1 v1 v1 v1');
    expect(said(await bed.act(reject, [], { run: 2 }))).toBe('rejected');
    expect(await onNodes(bed)).toBe(OLD);
  });

  test('whose promote is rejected half-way comes back on every node', async () => {
    const bed = await running(stage);
    const before = await bed.snapshot();
    await bed.act(share(20), agent('v2'));
    await bed.dieBehind(4, { inputs: promote, files: agent('v2') });
    expect(said(await bed.act(reject, [], { laterSeconds: 61 }))).toBe('rejected');
    expect([await onNodes(bed), await bed.snapshot()]).toEqual([OLD, before]);
  });

  test('with OnDelete in the file is promoted without replacing a pod, and rejected on the nodes that it was on', async () => {
    const bed = await opened(share(40), byHand);
    expect(said(await bed.act(promote))).toBe('promoted');
    expect([await onNodes(bed), await strategyOf(bed)]).toEqual(['v2 v2 v1 v1 v1', { type: 'OnDelete' }]);
    const other = await opened(share(40), byHand);
    expect(said(await other.act(reject))).toBe('rejected');
    expect([await onNodes(other), await strategyOf(other)]).toEqual([OLD, { type: 'OnDelete' }]);
  });

  test('whose promote waits for a pod that does not end names its node, and goes on once it is gone', async () => {
    const bed = await opened();
    const [held] = (await podsOnNodes(bed)).filter(({ spec }) => spec?.nodeName === 'node-3');
    const pod = `/api/v1/namespaces/{ns}/pods/${held?.metadata.name}`;
    const keep = (finalizers: readonly string[]) =>
      bed.api.send('PATCH', pod, { metadata: { finalizers } }, 'application/merge-patch+json');
    await keep(['example.com/node']);
    expect(await bed.act(promote, agent('v2'), { timeoutSeconds: 90 })).toMatchObject({
      code: 'NOT_READY',
      message: expect.stringMatching(/ of 5 pods updated, 4 ready; held up on node-3 \(pod agent-\w+ does not end\)$/),
      hint: expect.stringContaining('kubectl describe node node-3'),
    });
    await keep([]);
    expect(said(await bed.act(promote, agent('v2'), { timeoutSeconds: 90 }))).toBe('promoted');
    expect(await onNodes(bed)).toBe(NEW);
  });

  test('brings what is new around it at once, and the rest at promote', async () => {
    const bed = await openBed(stage, [...agent('v1'), config('other', 'old')]);
    await everywhere(bed);
    await bed.act(share(20), [...agent('v2'), config('other', 'new'), config('brought')]);
    expect(await bed.snapshot()).toMatchObject({ 'ConfigMap/brought': {}, 'ConfigMap/other': { data: { mode: 'old' } } });
    await bed.act(promote);
    expect(await bed.snapshot()).toMatchObject({ 'ConfigMap/other': { data: { mode: 'new' } } });
  });

  test('is a first release where none runs', async () => {
    const bed = await openBed(stage, []);
    expect(said(await bed.act(share(20), agent('v1')))).toBe('first-release');
    expect(await onNodes(bed)).toBe(OLD);
  });

  test('beside Deployments is none: those are canaries, and it is rolled at promote', async () => {
    const bed = await openBed(stage, []);
    await bed.act({ action: 'deploy', strategy: 'none' }, [...agent('v1'), ...web('v1')]);
    expect(said(await bed.act(share(25, { baseline: 'false' }), [...agent('v2'), ...web('v2')]))).toBe('deployed');
    expect(await onNodes(bed)).toBe(OLD);
    expect(said(await bed.act(promote))).toBe('promoted');
    expect(await onNodes(bed)).toBe(NEW);
  });
});

describe('nodes that the user names', () => {
  const labelled = { action: 'deploy', strategy: 'canary', 'canary-nodes': 'pool=trial' };
  const label = async ({ api }: Bed, nodes: readonly string[]): Promise<void> => {
    for (const node of nodes)
      await api.send('PATCH', `/api/v1/nodes/${node}`, { metadata: { labels: { pool: 'trial' } } }, 'application/merge-patch+json');
  };

  test('run the new version, and no others do; a killed step and its reject go by the same ones', async () => {
    const bed = await running(stage);
    await label(bed, ['node-2', 'node-4']);
    // Nobody asked for a share: there is none to miss.
    expect(await bed.act(labelled, agent('v2'))).toMatchObject({ outcome: { status: 'deployed', askedShare: null } });
    expect(await onNodes(bed)).toBe('v1 v2 v1 v2 v1');
    expect(said(await bed.act(reject))).toBe('rejected');
    expect(await onNodes(bed)).toBe(OLD);
  });

  test('that nobody has labelled are refused by the words of the selector', async () => {
    const bed = await running(stage);
    expect(await bed.act({ ...labelled, 'canary-nodes': 'pool=none' }, agent('v2'))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('pool=none'),
    });
    expect(await onNodes(bed)).toBe(OLD);
  });
});

describe('a DaemonSet is not released node by node', () => {
  test.each([
    ['through a router', share(20, { 'traffic-split-method': 'smi' }), 'traffic-split-method smi cannot split'],
    ['under watch', share(20, { soak: '1m' }), 'soak'],
    ['with a baseline', share(20, { baseline: 'true' }), 'a baseline would be a second pod on a node'],
    ['on every node', { action: 'deploy', strategy: 'canary', 'canary-nodes': 'kubernetes.io/os=linux' }, 'all of its 5 nodes'],
  ])('%s', async (_, inputs, text) => {
    const bed = await running(stage);
    const before = await bed.snapshot();
    expect(await bed.act(inputs, agent('v2'))).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining(text) });
    expect([await bed.snapshot(), await onNodes(bed)]).toEqual([before, OLD]);
  });

  test('by a strategy that needs two of them side by side', async () => {
    const bed = await running(stage);
    const inputs = { action: 'deploy', strategy: 'blue-green', 'traffic-split-method': 'smi' };
    expect(await bed.act(inputs, agent('v2'))).toMatchObject({ code: 'NOTHING_TO_DEPLOY', message: expect.stringContaining('blue-green') });
  });
});
