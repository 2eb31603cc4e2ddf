import { expect } from '@jest/globals';
import { expectNoTrace, stablePods, succeeded } from './lab/expect.ts';
import { fact, facts } from './lab/fact.ts';
import { type Ended, live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { startProxy } from './lab/proxy.ts';
import { deploy, promote, reject, start } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
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
    const ended = await interrupted(scene, { action: 'deploy', path, signal, reached: canaryExists(scene) });
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
    await interrupted(scene, { action: 'deploy', path, signal: 'SIGTERM', reached: canaryExists(scene) });
    succeeded(await reject(scene));
    expect({ state: await snapshot(scene), pods: await stablePods(scene) }).toEqual(before);
  });

  fact('promote stopped in the middle of stable’s roll goes on when it is run again', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-wait5' }));
    const traffic = await trafficOn(scene, 'web', 50);
    succeeded(await deploy(scene, path, { percentage: 20 }));
    await interrupted(scene, { action: 'promote', path, signal: 'SIGINT', reached: () => runs(scene, 'web', 'v2-wait5') });
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
    await interrupted(scene, { action: 'promote', path, signal: 'SIGINT', reached: () => runs(scene, 'web', 'v2-wait5') });
    succeeded(await reject(scene));
    expectNoLoss(await traffic.stop());
    expect(await snapshot(scene)).toEqual(before);
  });
});

interface Interruption {
  readonly action: 'deploy' | 'promote';
  readonly path: string;
  readonly signal: NodeJS.Signals;
  /** Asked behind every write of a Deployment: whether it is time. */
  readonly reached: () => Promise<boolean>;
}

/** Sends the signal before the command hears that its write was done: however busy the machine is, it never gets further. */
async function interrupted(scene: Scene, { action, path, signal, reached }: Interruption): Promise<Ended> {
  const child = { kill: (_: NodeJS.Signals): boolean => false };
  let isSent = false;
  const afterWrite = async (_: number, write: string): Promise<void> => {
    if (isSent || !write.includes('/deployments') || !(await reached())) return;
    isSent = child.kill(signal);
  };
  const proxy = await startProxy(scene, { afterWrite });
  const running = start(scene, action, { ...flags, manifests: path }, { kubeconfig: proxy.kubeconfig });
  child.kill = name => running.child.kill(name);
  const ended = await running.ended;
  await proxy.close();
  expect({ isSent, code: ended.code, output: ended.output }).toEqual({ isSent: true, code: 130, output: ended.output });
  return ended;
}

function canaryExists(scene: Scene): () => Promise<boolean> {
  return async () => (await live(scene.namespace, 'deployment', 'web-canary')) !== null;
}

async function runs(scene: Scene, name: string, version: string): Promise<boolean> {
  const object = await live(scene.namespace, 'deployment', name);
  return JSON.stringify(object?.spec ?? {}).includes(`example/web:${version}`);
}
