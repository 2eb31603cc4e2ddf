/** A second deploy of the same files, while controllers write into what it applies, on the simulated cluster. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { contractApi } from '../contract/api.ts';
import { web } from '../crash/kills/flows.ts';
import { perform } from '../stage/act.ts';
import { config, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A controller that counts in the annotations of everything, and in the labels of what has no generation. */
const busy = (cluster: Cluster): Cluster => {
  let count = 0;
  return {
    ...cluster,
    apply: async (object, options) => {
      const live = options?.dryRun ? null : await cluster.get({ ...object, ...object.metadata });
      if (live) {
        const annotations = { ...live.metadata.annotations, 'example.com/count': String(++count) };
        await cluster.patch({ ...object, ...object.metadata }, [{ op: 'add', path: '/metadata/annotations', value: annotations }], {
          manager: 'some-controller',
        });
      }
      return await cluster.apply(object, options);
    },
  };
};

test('says that nothing has changed, whatever a controller writes meanwhile, and that something has where it has', async () => {
  const namespace = 'unchanged';
  const api = contractApi(stage.simulation, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const deploy = async (files: readonly KubeObject[]) =>
    said(
      await perform(
        {
          inputs: { action: 'deploy', strategy: 'none' },
          files: files.map(file => ({ ...file, metadata: { ...file.metadata, namespace } })),
        },
        { kubeconfig: stage.simulation.kubeconfig, namespace, between: busy },
      ),
    );
  const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, stringData: { key: 'a' } };
  expect(await deploy([...web('v1'), config('settings'), secret])).toBe('deployed');
  expect(await deploy([...web('v1'), config('settings'), secret])).toBe('unchanged');
  expect(await deploy([...web('v1'), config('settings'), { ...secret, stringData: { key: 'b' } }])).toBe('deployed');
  expect(await deploy([...web('v1'), config('settings', 'other'), { ...secret, stringData: { key: 'b' } }])).toBe('deployed');
});

test('tries no file again that stands as it was applied, since a large one takes the API server a second', async () => {
  const namespace = 'tried-once';
  const api = contractApi(stage.simulation, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const tried: string[] = [];
  const counting = (cluster: Cluster): Cluster => ({
    ...cluster,
    apply: (object, options) => {
      if (options?.dryRun) tried.push(object.kind);
      return cluster.apply(object, options);
    },
  });
  const deploy = async (inputs: RawInputs, mode: string): Promise<string> => {
    tried.splice(0);
    const files = [...web('v1'), config('settings', mode)].map(file => ({ ...file, metadata: { ...file.metadata, namespace } }));
    return said(
      await perform(
        { inputs: { action: 'deploy', ...inputs }, files },
        { kubeconfig: stage.simulation.kubeconfig, namespace, between: counting },
      ),
    );
  };
  const canary = { strategy: 'canary', percentage: '20', 'traffic-split-method': 'smi' };
  expect(await deploy({ strategy: 'none' }, 'a')).toBe('deployed');
  expect(tried).toContain('ConfigMap');
  for (const inputs of [{ strategy: 'none' }, canary]) {
    expect(await deploy(inputs, 'a')).toBe('unchanged');
    expect(tried).not.toContain('ConfigMap');
  }
  await deploy({ strategy: 'none' }, 'b');
  expect(tried).toContain('ConfigMap');
});
