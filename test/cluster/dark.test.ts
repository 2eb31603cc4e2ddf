import { expect } from '@jest/globals';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, reject } from './lab/rollout.ts';
import { apply, file, install, openScene } from './lab/scene.ts';
import { answeredBy, expectNoLoss, settled, trafficOn } from './lab/traffic.ts';
import { service, web } from './lab/web.ts';

const tier = { labels: { tier: 'front' } };

describeOnLab('a dark launch', () => {
  fact('at 0 percent the pods of canary and baseline run and count not one request', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const traffic = await trafficOn(scene, 'web');
    succeeded(await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2-wait3' })), { percentage: 0 }));
    await traffic.sample(1000);
    const counts = await answeredBy(scene, 'kubernetes-rollout/variant');
    expect(Object.values(counts)).toEqual([0, 0]);
    succeeded(await reject(scene));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });

  fact('at 0 percent no Service of the namespace leads to the canary, whatever its selector', async () => {
    const scene = await openScene();
    const services = [service('web', { app: 'web' }), service('front', { tier: 'front' })];
    await install(scene, web({ version: 'v1', services, ...tier }));
    await apply(scene, [service('both', { app: 'web', tier: 'front' })]);
    const streams = [await trafficOn(scene, 'web', 50), await trafficOn(scene, 'front', 50), await trafficOn(scene, 'both', 50)];
    succeeded(await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2', services, ...tier })), { percentage: 0 }));
    await Promise.all(streams.map(stream => stream.sample(400)));
    expect(Object.values(await answeredBy(scene, 'kubernetes-rollout/variant'))).toEqual([0, 0]);
    succeeded(await reject(scene));
    for (const stream of streams) expectNoLoss(await stream.stop());
    await expectNoTrace(scene);
  });

  fact('back from 10 to 0 percent the canary gets nothing any more', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    const traffic = await trafficOn(scene, 'web');
    succeeded(await deploy(scene, path, { percentage: 10 }));
    await traffic.sample(300);
    succeeded(await deploy(scene, path, { percentage: 0 }));
    const before = await settled(() => answeredBy(scene, 'kubernetes-rollout/variant'));
    expect((await traffic.sample(600)).variants).toEqual({ stable: 600 });
    expect(await answeredBy(scene, 'kubernetes-rollout/variant')).toEqual(before);
    expectNoLoss(await traffic.stop());
  });
});
