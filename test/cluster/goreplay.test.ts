import { expect } from '@jest/globals';
import { records } from '../../src/manifests/json.ts';
import { at } from '../samples/pipeline.ts';
import { expectNoTrace, failed, stablePods, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { file, install, openScene, rolledOut, type Scene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { web } from './lab/web.ts';

const shadow: Flags = {
  strategy: 'shadow',
  'traffic-split-method': 'goreplay',
  'allow-restart': true,
  'baseline-and-canary-replicas': null,
};
const same: Flags = { strategy: null, 'traffic-split-method': null };

describeOnLab('goreplay', () => {
  fact('gets into the running pods and out of them, and leaves stable as it was', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    succeeded(await deploy(scene, path, shadow));
    await rolledOut(scene, 'web');
    expect(await copiers(scene)).toEqual([
      ['--input-raw', ':8080', '--output-http', `http://web-canary.${scene.namespace}.svc:80`, '--http-original-host'],
    ]);
    const pods = await stablePods(scene);
    expect(succeeded(await deploy(scene, path, shadow)).output).toContain('nothing was written');
    expect(await stablePods(scene)).toEqual(pods);
    succeeded(await reject(scene, same));
    await rolledOut(scene, 'web');
    await expectNoTrace(scene);
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('goes with the template that promote replaces', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    succeeded(await deploy(scene, path, { ...shadow, 'mirror-percentage': 25 }));
    expect((await copiers(scene))[0]?.[3]).toMatch(/\|25%$/);
    succeeded(await promote(scene, same));
    await expectNoTrace(scene);
    expect(await copiers(scene)).toEqual([]);
    expect(at(await live(scene.namespace, 'deployment', 'web'), 'spec.template.spec.containers.0.image')).toBe('example/web:v2');
  });

  fact('is left by a newer release without a trace in what is put back', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    succeeded(await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2' })), shadow));
    succeeded(await deploy(scene, await file(scene, 'v3.yaml', web({ version: 'v3' })), { ...shadow, run: '2' }));
    succeeded(await reject(scene, { ...same, run: '2' }));
    await rolledOut(scene, 'web');
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('restarts nothing unless that is allowed', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    expect(failed(await deploy(scene, path, { ...shadow, 'allow-restart': null }), 'UNSUPPORTED').output).toContain('allow-restart');
    expect(await snapshot(scene)).toEqual(before);
  });
});

/** The arguments of every container of ours in stable's template. */
async function copiers(scene: Scene): Promise<readonly (readonly string[])[]> {
  const containers = records(at(await live(scene.namespace, 'deployment', 'web'), 'spec.template.spec.containers'));
  return containers.filter(({ name }) => String(name).startsWith('rollout-mirror')).map(({ args }) => args as readonly string[]);
}
