import { expect } from '@jest/globals';
import { expectNoTrace, stablePods, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { behind, strike } from './lab/strike.ts';
import { expectNoLoss, expectVariants, type Traffic, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const blueGreen: Flags = { strategy: 'blue-green', 'traffic-split-method': 'service', 'baseline-and-canary-replicas': null };

interface Place {
  readonly scene: Scene;
  readonly v2: string;
  readonly traffic: Traffic;
}

async function running(): Promise<Place> {
  const scene = await openScene();
  await install(scene, web({ version: 'v1' }), 'server');
  return { scene, v2: await file(scene, 'v2.yaml', web({ version: 'v2' })), traffic: await trafficOn(scene, 'web') };
}

describeOnLab('a Service that switches by its selector', () => {
  fact('promotes what stands by, and no request is lost', async () => {
    const { scene, v2, traffic } = await running();
    succeeded(await deploy(scene, v2, blueGreen));
    await expectVariants(traffic, { stable: 100 }, 100);
    succeeded(await promote(scene, { ...blueGreen, manifests: v2 }));
    const { images } = await traffic.sample(100);
    expect(Object.keys(images)).toEqual(['example/web:v2']);
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });

  fact('goes on with the next version while the one before is switched', async () => {
    const { scene, v2, traffic } = await running();
    succeeded(await deploy(scene, v2, { ...blueGreen, percentage: 100 }));
    await expectVariants(traffic, { canary: 100 }, 100);
    const v3 = await file(scene, 'v3.yaml', web({ version: 'v3' }));
    succeeded(await deploy(scene, v3, { ...blueGreen, run: '2' }));
    await expectVariants(traffic, { stable: 100 }, 100);
    succeeded(await reject(scene, { ...blueGreen, run: '2' }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });

  fact('goes back with the files of another version when promote died in the roll of stable', async () => {
    const { scene, v2, traffic } = await running();
    const before = { state: await snapshot(scene), pods: (await stablePods(scene)).length };
    succeeded(await deploy(scene, v2, blueGreen));
    const flags = { ...blueGreen, manifests: v2 };
    const { code } = await strike(scene, { action: 'promote', flags, isDue: behind('PATCH deployments/web 1') });
    expect(code).toBe(137);
    const v1 = await file(scene, 'v1.yaml', web({ version: 'v1' }));
    succeeded(await reject(scene, { ...blueGreen, manifests: v1, 'reject-any': true }));
    await expectVariants(traffic, { stable: 100 }, 100);
    expectNoLoss(await traffic.stop());
    expect({ state: await snapshot(scene), pods: (await stablePods(scene)).length }).toEqual(before);
    await expectNoTrace(scene);
  });
});
