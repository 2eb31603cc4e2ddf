import { describe, expect } from '@jest/globals';
import { expectNoTrace, failed, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { labFolder, servedSmi } from './lab/lab.ts';
import { deploy, promote } from './lab/rollout.ts';
import { file, install, openScene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { web } from './lab/web.ts';

const describeWithoutSmi = labFolder !== undefined && servedSmi === 'none' ? describe : describe.skip;

describeWithoutSmi('a cluster without SMI', () => {
  fact('refuses weights with what it lacks, and nothing is written', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    expect(failed(await deploy(scene, path, { percentage: 20 }), 'ROUTER_UNAVAILABLE').output).toMatch(/TrafficSplit|SMI/);
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('takes a canary by pod counts', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', replicas: 3 }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2', replicas: 3 }));
    const pods = { 'traffic-split-method': 'pod', 'baseline-and-canary-replicas': null, baseline: false };
    succeeded(await deploy(scene, path, { ...pods, percentage: 25 }));
    succeeded(await promote(scene, { ...pods, manifests: path }));
    await expectNoTrace(scene);
  });
});
