import { expect } from '@jest/globals';
import { expectNoTrace, failed, stablePods, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { list } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { apply, file, install, openScene, type Scene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { expectNoLoss, expectVariants, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const v1 = web({ version: 'v1', replicas: 3 });
const v2 = web({ version: 'v2-wait3', replicas: 3 });
const byPods: Flags = { 'traffic-split-method': 'pod', 'baseline-and-canary-replicas': null };

describeOnLab('a canary by pod counts', () => {
  fact('of 3 replicas, 25 percent is 3+1 pods and 50 percent 3+3, each with its part of the requests; promote leaves nothing', async () => {
    const scene = await openScene();
    await install(scene, v1);
    const path = await file(scene, 'v2.yaml', v2);
    const traffic = await trafficOn(scene, 'web');
    succeeded(await deploy(scene, path, { ...byPods, percentage: 25, baseline: false }));
    expect(await counts(scene)).toEqual({ stable: 3, canary: 1 });
    await expectVariants(traffic, { stable: 75, canary: 25 });
    succeeded(await deploy(scene, path, { ...byPods, percentage: 50, baseline: false }));
    expect(await counts(scene)).toEqual({ stable: 3, canary: 3 });
    await expectVariants(traffic, { stable: 50, canary: 50 });
    succeeded(await promote(scene, { ...byPods, manifests: path }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
    const reference = await openScene('byhand');
    await apply(reference, v1);
    await apply(reference, v2);
    expect(await snapshot(scene)).toEqual(await snapshot(reference));
  });

  fact('reject leaves the user’s objects and the very pods of stable', async () => {
    const scene = await openScene();
    await install(scene, v1);
    const before = { state: await snapshot(scene), pods: await stablePods(scene) };
    const traffic = await trafficOn(scene, 'web');
    succeeded(await deploy(scene, await file(scene, 'v2.yaml', v2), { ...byPods, percentage: 25, baseline: false }));
    succeeded(await reject(scene, byPods));
    expectNoLoss(await traffic.stop());
    expect({ state: await snapshot(scene), pods: await stablePods(scene) }).toEqual(before);
  });

  fact('a baseline stands beside the canary with as many pods', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', replicas: 4 }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2', replicas: 4 }));
    succeeded(await deploy(scene, path, { ...byPods, percentage: 50 }));
    expect(await counts(scene)).toEqual({ stable: 4, baseline: 2, canary: 2 });
    succeeded(await reject(scene, byPods));
    await expectNoTrace(scene);
  });

  fact('0 percent is refused, and above 50 percent stable shrinks only when asked to', async () => {
    const scene = await openScene();
    // Pods of the user's that go by counts need a hook of the user's: without one a deploy warns, and a loaded machine loses a request.
    await install(scene, web({ version: 'v1', replicas: 3, preStopSeconds: 2 }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-wait3', replicas: 3, preStopSeconds: 2 }));
    const before = await snapshot(scene);
    failed(await deploy(scene, path, { ...byPods, percentage: 0, baseline: false }), 'INVALID_INPUT');
    failed(await deploy(scene, path, { ...byPods, percentage: 75, baseline: false }), 'UNSUPPORTED');
    expect(await snapshot(scene)).toEqual(before);
    const traffic = await trafficOn(scene, 'web');
    succeeded(await deploy(scene, path, { ...byPods, percentage: 75, baseline: false, 'shrink-stable': true }));
    expect(await counts(scene)).toEqual({ stable: 1, canary: 3 });
    succeeded(await reject(scene, byPods));
    expectNoLoss(await traffic.stop());
    expect(await snapshot(scene)).toEqual(before);
  });
});

async function counts(scene: Scene): Promise<Readonly<Record<string, number>>> {
  const pods = await list(scene.namespace, 'pods', 'app=web');
  const running = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const roles = running.map(({ metadata }) => metadata.labels?.['kubernetes-rollout/variant'] ?? 'stable');
  return Object.fromEntries([...new Set(roles)].map(role => [role, roles.filter(other => other === role).length]));
}
