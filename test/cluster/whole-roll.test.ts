import { expect } from '@jest/globals';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { facts } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, promote } from './lab/rollout.ts';
import { file, install, openScene } from './lab/scene.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { type Web, web } from './lab/web.ts';

const by = (maxUnavailable: number | string, maxSurge: number | string) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable, maxSurge },
});

const cases: readonly [what: string, from: Partial<Web>, to: Partial<Web>][] = [
  ['the new file brings Recreate', {}, { strategy: { type: 'Recreate' } }],
  ['the new file lets all pods go', {}, { strategy: by('100%', 0) }],
  ['the only pod may go', { replicas: 1, strategy: by(1, 1) }, { replicas: 1, strategy: by(1, 1) }],
];

describeOnLab('a roll that takes all old pods', () => {
  facts(cases, 'is promoted without a lost request: %s', async (_, from, to) => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', ...from }));
    const v2 = await file(scene, 'v2.yaml', web({ version: 'v2-wait2', ...to }));
    const traffic = await trafficOn(scene, 'web');
    const deployed = succeeded(await deploy(scene, v2, { percentage: 20 }));
    expect(deployed.output).toContain('promote may remove all old pods before a new one is ready');
    succeeded(await promote(scene, { manifests: v2 }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });
});
