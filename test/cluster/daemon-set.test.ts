import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, failed, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { kubectl, list, live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { type Flags, rollout } from './lab/rollout.ts';
import { apply, file, openScene, type Scene } from './lab/scene.ts';

const agent = (version: string, spec: Readonly<Record<string, unknown>> = {}): readonly KubeObject[] => {
  const labels = { app: 'agent' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'agent', image: `example/agent:${version}` }] } };
  const set = { selector: { matchLabels: labels }, template, ...spec };
  return [{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' }, spec: set } as KubeObject];
};

const podsOf = async ({ namespace }: Scene): Promise<readonly KubeObject[]> => {
  const staying = (await list(namespace, 'pods', 'app=agent')).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return staying.toSorted((a, b) => String(a.spec?.nodeName).localeCompare(String(b.spec?.nodeName)));
};

/** "v2 v1 v1 v1 v1": what the pod of each node runs, by the names of the nodes. */
const onNodes = async (scene: Scene): Promise<string> =>
  (await podsOf(scene)).map(({ spec }) => /example\/agent:([\w-]+)/.exec(JSON.stringify(spec))?.[1] ?? '?').join(' ');

const specOf = async ({ namespace }: Scene) => (await live(namespace, 'daemonset', 'agent'))?.spec;

const installed = async (spec: Readonly<Record<string, unknown>> = {}): Promise<Scene> => {
  const scene = await openScene();
  await apply(scene, agent('v1', spec), 'server');
  await kubectl(['rollout', 'status', 'daemonset/agent', '-n', scene.namespace, '--timeout=300s']).catch(() => '');
  return scene;
};

const canary: Flags = { strategy: 'canary' };

describeOnLab('a DaemonSet', () => {
  fact('is tried on one node, on three, and taken back, while the pods of the other nodes stay', async () => {
    const scene = await installed();
    const [before, spec] = [await podsOf(scene), await specOf(scene)];
    const v2 = await file(scene, 'v2.yaml', agent('v2'));
    const first = succeeded(await rollout(scene, 'deploy', { ...canary, manifests: v2, percentage: 20 }));
    expect(first.output).toContain('agent on node-1');
    expect(await onNodes(scene)).toBe('v2 v1 v1 v1 v1');
    succeeded(await rollout(scene, 'deploy', { ...canary, manifests: v2, percentage: 60 }));
    expect(await onNodes(scene)).toBe('v2 v2 v2 v1 v1');
    expect(succeeded(await rollout(scene, 'status', {})).output).toContain('agent on node-1, node-2, node-3');
    succeeded(await rollout(scene, 'reject', {}));
    expect(await onNodes(scene)).toBe('v1 v1 v1 v1 v1');
    expect(await specOf(scene)).toEqual(spec);
    const uids = (pods: readonly KubeObject[]): readonly unknown[] => pods.slice(3).map(({ metadata }) => metadata.uid);
    expect(uids(await podsOf(scene))).toEqual(uids(before));
    await expectNoTrace(scene);
  });

  fact('is promoted to every node by its own strategy, and applies as before', async () => {
    const scene = await installed({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } });
    const files = agent('v2', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } });
    const v2 = await file(scene, 'v2.yaml', files);
    succeeded(await rollout(scene, 'deploy', { ...canary, manifests: v2, 'canary-nodes': 'kubernetes.io/hostname in (node-2,node-4)' }));
    expect(await onNodes(scene)).toBe('v1 v2 v1 v2 v1');
    succeeded(await rollout(scene, 'promote', { manifests: v2 }));
    expect(await onNodes(scene)).toBe('v2 v2 v2 v2 v2');
    await expectNoTrace(scene);
    expect(await apply(scene, files, 'server')).toContain('serverside-applied');
    expect((await specOf(scene))?.updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2, maxSurge: 0 } });
  });

  fact('whose new version never gets ready has its old one back on every node', async () => {
    const scene = await installed({ updateStrategy: { type: 'OnDelete' } });
    const bad = await file(scene, 'bad.yaml', agent('v2-crash', { updateStrategy: { type: 'OnDelete' } }));
    failed(await rollout(scene, 'deploy', { ...canary, manifests: bad, percentage: 40 }), 'NOT_READY');
    expect(await onNodes(scene)).toBe('v1 v1 v1 v1 v1');
    await expectNoTrace(scene);
  });
});
