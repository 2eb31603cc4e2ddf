import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact, facts } from './lab/fact.ts';
import { live } from './lab/kubectl.ts';
import { describeOnLab, kubeconfigOf, kubeconfigText } from './lab/lab.ts';
import { startProxy } from './lab/proxy.ts';
import { deploy, promote, reject } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { objects, snapshot } from './lab/snapshot.ts';
import { azureStep, githubStep } from './lab/step.ts';
import { web } from './lab/web.ts';

const hidden = 'c3VwZXItc2VjcmV0LXZhbHVl';
/** What a platform would obey at a line's start, and Azure's agent anywhere in a line. */
const commands: readonly [string][] = [
  ['##vso[task.setvariable variable=PWNED]yes'],
  ['::set-output name=PWNED::yes'],
  ['##[error]PWNED'],
  ['::error::PWNED'],
];

describeOnLab('text that is not ours', () => {
  facts(commands, '%s in a manifest or in the API server’s words is never a command of ours', async command => {
    const scene = await openScene('text');
    await install(scene, web({ version: 'v1' }));
    const evil = web({ version: 'v2', labels: { evil: command }, annotations: { note: `a\n${command}` }, env: { NOTE: `a\r${command}` } });
    await file(scene, 'v2.yaml', evil);
    const inputs = { action: 'deploy', strategy: 'canary', manifests: 'v2.yaml', namespace: scene.namespace, percentage: '20' };
    const github = await githubStep(scene, { ...inputs, 'traffic-split-method': 'smi' });
    const azure = await azureStep(scene, { ...inputs, trafficSplitMethod: 'smi' });
    expect(github.code).toBe(1);
    for (const { output, summary } of [github, azure]) {
      expect(output).toContain('PWNED');
      expect(lines(output + summary).filter(line => line.startsWith(command) || obeyed(line))).toEqual([]);
    }
  });

  fact('a token is masked on both platforms and appears nowhere else', async () => {
    const scene = await openScene('text');
    await install(scene, web({ version: 'v1' }));
    await file(scene, 'v2.yaml', web({ version: 'v2' }));
    const token = /token: "?([^}"\s]+)/.exec(await kubeconfigText())?.[1] ?? '';
    expect(token).not.toBe('');
    const inputs = { action: 'deploy', strategy: 'canary', manifests: 'v2.yaml', namespace: scene.namespace, percentage: '0' };
    const quick = { ...inputs, drain: '0s', kubeconfig: await kubeconfigText() };
    const github = await githubStep(scene, { ...quick, 'traffic-split-method': 'smi', 'traffic-delay': '0s' });
    expect(lines(succeeded(github).output + github.summary).filter(line => line.includes(token))).toEqual([`::add-mask::${token}`]);
    const azure = await azureStep(scene, { ...quick, trafficSplitMethod: 'smi', trafficDelay: '0s' });
    const shown = lines(azure.output + azure.summary).filter(line => line.includes(token));
    expect(shown.filter(line => !line.startsWith('##vso[task.setsecret'))).toEqual([]);
    expect(shown.length).toBeGreaterThan(0);
  });

  fact('a token is in no error, whatever the API server answers', async () => {
    const scene = await openScene('text');
    await install(scene, web({ version: 'v1' }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    for (const order of [401, 403, 500, 'disconnect'] as const) {
      const proxy = await startProxy(scene, { before: () => order });
      const ended = await deploy(scene, path, { percentage: 20, timeout: '10s' }, { kubeconfig: proxy.kubeconfig });
      expect(ended.code).toBe(1);
      expect(ended.output).not.toMatch(/devcluster-\w+|Bearer/);
      await proxy.close();
    }
    const viewer = await deploy(scene, path, { percentage: 20 }, { kubeconfig: kubeconfigOf('viewer') });
    expect(viewer.output).not.toContain('devcluster-viewer');
  });

  fact('a Secret of the canary is kept in Secrets alone, and its value is in no output, also when the API server quotes it', async () => {
    const scene = await openScene('text');
    await install(scene, secretive('v1', { PASSWORD: 'b2xk' }));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', secretive('v2', { PASSWORD: hidden }));
    const ended = succeeded(await deploy(scene, path, { percentage: 20 }));
    expect(ended.output).not.toContain(hidden);
    expect((await live(scene.namespace, 'secret', 'web'))?.data).toEqual({ PASSWORD: 'b2xk' });
    await expectOutsideOfSecrets(scene, hidden);
    succeeded(await reject(scene));
    expect(await snapshot(scene)).toEqual(before);
    const wrong = secretive('v3', {}).map(object =>
      object.kind === 'Secret' ? { ...object, data: JSON.parse('{"PASSWORD":7319042117}') } : object,
    );
    const refused = await deploy(scene, await file(scene, 'v3.yaml', wrong), { percentage: 20 });
    expect(refused.code).toBe(1);
    expect(refused.output).not.toContain('7319042117');
  });

  fact('a promoted Secret is the user’s', async () => {
    const scene = await openScene('text');
    await install(scene, secretive('v1', { PASSWORD: 'b2xk' }));
    const path = await file(scene, 'v2.yaml', secretive('v2', { PASSWORD: hidden }));
    succeeded(await deploy(scene, path, { percentage: 20 }));
    expect(succeeded(await promote(scene, { manifests: path })).output).not.toContain(hidden);
    expect((await live(scene.namespace, 'secret', 'web'))?.data).toEqual({ PASSWORD: hidden });
    await expectNoTrace(scene);
  });
});

function secretive(version: string, data: Readonly<Record<string, string>>): readonly KubeObject[] {
  const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web' }, type: 'Opaque', data };
  return [secret, ...web({ version, envFrom: [{ secretRef: { name: 'web' } }] })];
}

async function expectOutsideOfSecrets(scene: Scene, value: string): Promise<void> {
  const others = (await objects(scene)).filter(({ kind }) => kind !== 'Secret');
  expect(JSON.stringify(others)).not.toContain(value);
  expect(JSON.stringify(others)).not.toContain(Buffer.from(value, 'base64').toString());
}

function lines(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

function obeyed(line: string): boolean {
  return /##vso\[task\.setvariable variable=PWNED|^\s*::set-output name=PWNED|^\s*::error::PWNED|^\s*##\[error\]PWNED/.test(line);
}
