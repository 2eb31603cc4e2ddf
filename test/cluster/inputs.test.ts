import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { failed, succeeded } from './lab/expect.ts';
import { fact, facts } from './lab/fact.ts';
import { describeOnLab, kubeconfigOf, kubeconfigText } from './lab/lab.ts';
import { startProxy } from './lab/proxy.ts';
import { deploy, type Flags, reject } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { objects, snapshot } from './lab/snapshot.ts';
import { azureStep, githubStep } from './lab/step.ts';
import { service, web } from './lab/web.ts';

const wrong: readonly [string, Flags, RegExp][] = [
  ['a percentage that is no number', { percentage: 'abc' }, /percentage.*abc/],
  ['a negative percentage', { percentage: '-1' }, /percentage.*-1/],
  ['a percentage above 100', { percentage: '101' }, /percentage.*101/],
  ['an unknown strategy', { strategy: 'canery' }, /strategy.*canery/],
  ['an unknown split method', { 'traffic-split-method': 'smee' }, /traffic-split-method.*smee/],
  ['an unexpanded macro in the namespace', { namespace: '$(target)' }, /namespace.*\$\(target\)/],
  ['a file that is not there', { manifests: 'nowhere.yaml' }, /nowhere\.yaml/],
];

describeOnLab('a command that cannot be right', () => {
  facts(wrong, '%s is told by name and value, and nothing is written', async (_, flags, words) => {
    const { scene, path, unchanged } = await stage();
    const ended = await deploy(scene, path, { percentage: 20, ...flags });
    expect(ended).toMatchObject({ code: 1, output: expect.stringMatching(words) });
    await unchanged();
  });

  fact('all faults are told together', async () => {
    const { scene, path, unchanged } = await stage();
    const ended = failed(await deploy(scene, path, { percentage: 'abc', strategy: 'canery', drain: 'soon' }), 'INVALID_INPUT');
    for (const words of [/percentage.*abc/, /strategy.*canery/, /drain.*soon/]) expect(ended.output).toMatch(words);
    await unchanged();
  });

  fact('a misspelt input is told with the nearest name, on both platforms', async () => {
    const { scene, path, unchanged } = await stage();
    const inputs = { action: 'deploy', manifests: path, namespace: scene.namespace, percentage: '20' };
    const github = await githubStep(scene, { ...inputs, 'trafic-split-method': 'smi' });
    expect(github).toMatchObject({ code: 1, output: expect.stringContaining('traffic-split-method') });
    const azure = await azureStep(scene, { ...inputs, trafficSplitMehtod: 'smi' });
    expect(azure).toMatchObject({ code: 1, output: expect.stringContaining('trafficSplitMethod') });
    await unchanged();
  });

  fact('an unreachable cluster is named', async () => {
    const { scene, path, unchanged } = await stage();
    const kubeconfig = await written(scene, text => text.replace(/https:[^",}\s]+/, 'https://127.0.0.1:9'));
    expect(failed(await deploy(scene, path, { percentage: 20 }, { kubeconfig }), 'UNREACHABLE').output).toContain('127.0.0.1:9');
    await unchanged();
  });

  fact('a kubeconfig that is garbage, without current context, or without the context named, is an error of its own', async () => {
    const { scene, path, unchanged } = await stage();
    const garbage = await written(scene, () => '}{ not a kubeconfig');
    const aimless = await written(scene, text => text.replace(/current-context: .*/, ''));
    for (const kubeconfig of [garbage, aimless])
      failed(await deploy(scene, path, { percentage: 20 }, { kubeconfig }), 'INVALID_KUBECONFIG');
    failed(await deploy(scene, path, { percentage: 20, context: 'elsewhere' }), 'INVALID_KUBECONFIG');
    await unchanged();
  });

  fact('missing permissions are told all at once, with verb, resource and namespace', async () => {
    const { scene, path, unchanged } = await stage();
    const ended = failed(await deploy(scene, path, { percentage: 20 }, { kubeconfig: kubeconfigOf('viewer') }), 'FORBIDDEN');
    expect(ended.output).toContain(
      'may not list configmaps, deployments.apps, services, horizontalpodautoscalers.autoscaling, networkpolicies.networking.k8s.io, ' +
        `poddisruptionbudgets.policy, nor create deployments.apps "web" in namespace "${scene.namespace}".`,
    );
    expect(ended.output).toContain('{apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "create"]}');
    await unchanged();
  });

  fact('a refusal half-way is told, and reject takes back what was written before it', async () => {
    const { scene, path } = await stage();
    const before = await snapshot(scene);
    const proxy = await startProxy(scene, { before: (method, at) => (method === 'POST' && at.includes('/trafficsplits') ? 403 : null) });
    failed(await deploy(scene, path, { percentage: 20 }, { kubeconfig: proxy.kubeconfig }), 'FORBIDDEN');
    succeeded(await reject(scene));
    expect(await snapshot(scene)).toEqual(before);
    await proxy.close();
  });

  fact('manifests without a Service that selects the workload are refused for weights', async () => {
    const { scene, unchanged } = await stage([service('other', { app: 'other' })]);
    const lone = await file(scene, 'lone.yaml', web({ version: 'v2', services: [] }));
    failed(await deploy(scene, lone, { percentage: 20 }), 'NO_SERVICE');
    await unchanged();
  });
});

async function stage(services?: Parameters<typeof web>[0]['services']) {
  const scene = await openScene('inputs');
  await install(scene, web({ version: 'v1', ...(services === undefined ? {} : { services }) }));
  const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
  const before = await versions(scene);
  return { scene, path, unchanged: async () => expect(await versions(scene)).toEqual(before) };
}

async function written(scene: Scene, change: (text: string) => string): Promise<string> {
  const path = join(scene.folder, `kubeconfig-${Math.random()}`);
  await writeFile(path, change(await kubeconfigText()));
  return path;
}

async function versions(scene: Scene): Promise<readonly unknown[]> {
  return (await objects(scene)).map(({ kind, metadata }) => [kind, metadata.name, metadata.generation ?? metadata.resourceVersion]);
}
