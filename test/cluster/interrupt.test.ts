import { expect } from '@jest/globals';
import { expectNoTrace, stablePods, succeeded } from './lab/expect.ts';
import { fact, facts } from './lab/fact.ts';
import { live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, promote, type Running, reject, start } from './lab/rollout.ts';
import { file, install, openScene, type Scene, until } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const flags = {
  strategy: 'canary',
  'traffic-split-method': 'smi',
  'baseline-and-canary-replicas': 1,
  percentage: 20,
};

describeOnLab('an interrupted command', () => {
  facts([['SIGTERM'], ['SIGINT']] as const, 'stops at once at %s, says where, and a re-run goes on from there', async signal => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-wait5' }));
    const traffic = await trafficOn(scene, 'web', 50);
    const ended = await interrupted(start(scene, 'deploy', { ...flags, manifests: path }), signal, canaryExists(scene));
    // Its canary would take five.
    expect(ended.seconds).toBeLessThan(4);
    expect(ended).toMatchObject({ code: 130, output: expect.stringContaining('INTERRUPTED') });
    expect(ended.output).toMatch(/again|re-run/i);
    succeeded(await deploy(scene, path, { percentage: 20 }));
    succeeded(await promote(scene, { manifests: path }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });

  fact('reject after an interrupted deploy leaves stable as it was', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = { state: await snapshot(scene), pods: await stablePods(scene) };
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-wait5' }));
    await interrupted(start(scene, 'deploy', { ...flags, manifests: path }), 'SIGTERM', canaryExists(scene));
    succeeded(await reject(scene));
    expect({ state: await snapshot(scene), pods: await stablePods(scene) }).toEqual(before);
  });

  fact('promote stopped in the middle of stable’s roll goes on when it is run again', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-wait5' }));
    const traffic = await trafficOn(scene, 'web', 50);
    succeeded(await deploy(scene, path, { percentage: 20 }));
    await interrupted(start(scene, 'promote', { ...flags, manifests: path }), 'SIGINT', () => runs(scene, 'web', 'v2-wait5'));
    succeeded(await promote(scene, { manifests: path }));
    expectNoLoss(await traffic.stop());
    expect(await runs(scene, 'web', 'v2-wait5')).toBe(true);
    await expectNoTrace(scene);
  });

  fact('promote stopped in the middle of stable’s roll is taken back whole by reject', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-wait5' }));
    const traffic = await trafficOn(scene, 'web', 50);
    succeeded(await deploy(scene, path, { percentage: 20 }));
    await interrupted(start(scene, 'promote', { ...flags, manifests: path }), 'SIGINT', () => runs(scene, 'web', 'v2-wait5'));
    succeeded(await reject(scene));
    expectNoLoss(await traffic.stop());
    expect(await snapshot(scene)).toEqual(before);
  });
});

async function interrupted(running: Running, signal: NodeJS.Signals, reached: () => Promise<boolean>) {
  await until('the command has come far enough', reached);
  const sent = Date.now();
  running.child.kill(signal);
  const ended = await running.ended;
  return { ...ended, seconds: (Date.now() - sent) / 1000 };
}

function canaryExists(scene: Scene): () => Promise<boolean> {
  return async () => (await live(scene.namespace, 'deployment', 'web-canary')) !== null;
}

async function runs(scene: Scene, name: string, version: string): Promise<boolean> {
  const object = await live(scene.namespace, 'deployment', name);
  return JSON.stringify(object?.spec ?? {}).includes(`example/web:${version}`);
}
