import { expect } from '@jest/globals';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, reject } from './lab/rollout.ts';
import { file, install, openScene } from './lab/scene.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const pod: Flags = { 'traffic-split-method': 'pod', baseline: false, 'baseline-and-canary-replicas': null };

describeOnLab('a canary by counts of pods whose process ends at once', () => {
  fact('loses no request when it is given less, nor when it is rejected', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', replicas: 3 }));
    const v2 = await file(scene, 'v2.yaml', web({ version: 'v2-quit', replicas: 3 }));
    const traffic = await trafficOn(scene, 'web');
    succeeded(await deploy(scene, v2, { ...pod, percentage: 50 }));
    expect(JSON.stringify(await live(scene.namespace, 'deployment', 'web-canary'))).toContain('"preStop":{"sleep":{"seconds":2}}');
    succeeded(await deploy(scene, v2, { ...pod, percentage: 25 }));
    succeeded(await reject(scene, { ...pod, manifests: v2 }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });
});
