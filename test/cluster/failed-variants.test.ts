import { expect } from '@jest/globals';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { list } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { quota } from './lab/quota.ts';
import { deploy, reject } from './lab/rollout.ts';
import { apply, file, install, openScene, type Scene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { web } from './lab/web.ts';

describeOnLab('what a canary that cannot live leaves', () => {
  fact('a quota without room is told in the API server’s words, and nothing of stable changes', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    await apply(scene, [quota(3)]);
    const ended = await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2' })), { percentage: 20, timeout: '120s' });
    expect(ended).toMatchObject({ code: 1, output: expect.stringMatching(/exceeded quota/) });
    succeeded(await reject(scene));
    await expectNoTrace(scene);
  });

  fact('on-failure: reject removes the failed canary at once', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-crash' }));
    expect((await deploy(scene, path, { percentage: 20, 'on-failure': 'reject' })).code).toBe(1);
    await expectNoTrace(scene);
  });

  fact('the failed variants stay for a look unless told otherwise', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    expect((await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2-crash' })), { percentage: 20 })).code).toBe(1);
    expect(await names(scene)).toEqual(['web', 'web-baseline', 'web-canary']);
  });

  fact('by pod counts, where ready pods are traffic, the failed variants go', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', replicas: 3 }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-crash', replicas: 3 }));
    const pods = { 'traffic-split-method': 'pod', 'baseline-and-canary-replicas': null, baseline: false };
    expect((await deploy(scene, path, { ...pods, percentage: 25 })).code).toBe(1);
    expect(await names(scene)).toEqual(['web']);
    succeeded(await reject(scene, pods));
    await expectNoTrace(scene);
  });

  fact('a first release that never gets ready is removed by reject', async () => {
    const scene = await openScene();
    const path = await file(scene, 'v1.yaml', web({ version: 'v1-crash' }));
    expect((await deploy(scene, path, { percentage: 10 })).code).toBe(1);
    succeeded(await reject(scene));
    expect(await snapshot(scene)).toEqual({});
  });
});

async function names(scene: Scene): Promise<readonly string[]> {
  return (await list(scene.namespace, 'deployments')).map(({ metadata }) => metadata.name).sort();
}
