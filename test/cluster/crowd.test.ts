import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, promote } from './lab/rollout.ts';
import { apply, file, install, openScene } from './lab/scene.ts';
import { expectNoLoss, expectSplit, trafficOn } from './lab/traffic.ts';
import { service, web } from './lab/web.ts';

// A file of its own: 150 Services at once keep the endpoints' controller busy for seconds, and a roll of another fact beside them would
// lose requests to pods that have ended before it has told so.
describeOnLab('a canary beside a crowd', () => {
  fact('loses nothing and keeps its shares while 150 other Services are created', async () => {
    const [scene, busy] = await Promise.all([openScene(), openScene('busy')]);
    await install(scene, web({ version: 'v1' }), 'client');
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-wait3' }));
    const traffic = await trafficOn(scene, 'web');
    const crowd = Array.from({ length: 150 }, (_, index) => service(`other-${index}`, { app: 'web' }));
    const [ended] = await Promise.all([deploy(scene, path, { percentage: 10 }), apply(busy, crowd, 'server')]);
    succeeded(ended);
    await expectSplit(traffic, { 'web-stable': 90, 'web-baseline': 5, 'web-canary': 5 });
    succeeded(await promote(scene, { manifests: path }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });
});
