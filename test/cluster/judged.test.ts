import { expect } from '@jest/globals';
import { expectNoTrace, failed, stablePods, succeeded } from './lab/expect.ts';
import { fact, facts } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, promote } from './lab/rollout.ts';
import { file, install, openScene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const v1 = web({ version: 'v1', replicas: 3 });
const watched: Flags = { percentage: 20, soak: '2m', metrics: 'errors\nlatency', 'on-failure': 'reject' };

/** What is wrong with the canary, its tag, and where that is read: from Prometheus only on a lab that has one. */
const bad: [string, string, string][] = [
  ['answers a fifth of its requests with 500', 'v2-err20', 'its pods'],
  ['answers 300 ms late', 'v2-slow300', 'its pods'],
];
const { LAB_PROMETHEUS: prometheus } = process.env;
if (prometheus) {
  bad.push([
    'answers a fifth of its requests with 500, as Prometheus tells through the API server,',
    'v2-err20',
    'service:monitoring/prometheus:9090',
  ]);
  bad.push(['answers 300 ms late, as Prometheus tells,', 'v2-slow300', prometheus]);
}

describeOnLab('a canary whose own counters are read through the API server', () => {
  facts(bad, 'that %s is rejected by its own deploy, and stable’s very pods have all requests again', async (_, version, source) => {
    const by: Flags = source === 'its pods' ? {} : { prometheus: source };
    const scene = await openScene();
    await install(scene, v1);
    const before = { state: await snapshot(scene), pods: await stablePods(scene) };
    const traffic = await trafficOn(scene, 'web');
    failed(await deploy(scene, await file(scene, 'v2.yaml', web({ version, replicas: 3 })), { ...watched, ...by }), 'ANALYSIS_FAILED');
    expect((await traffic.sample(300)).variants).toEqual({ stable: 300 });
    const { losses } = await traffic.stop();
    expect(losses.filter(({ variant }) => variant !== 'canary')).toEqual([]);
    expect({ state: await snapshot(scene), pods: await stablePods(scene) }).toEqual(before);
    await expectNoTrace(scene);
  });

  fact('and that answers as stable does passes with proof, and is promoted', async () => {
    const scene = await openScene();
    await install(scene, v1);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2', replicas: 3 }));
    const traffic = await trafficOn(scene, 'web');
    const ended = succeeded(await deploy(scene, path, { ...watched, soak: '30s', metrics: 'errors tolerance=10%' }));
    expect(ended.output).toContain('Analysis of web: pass.');
    succeeded(await promote(scene, { manifests: path }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });
});
