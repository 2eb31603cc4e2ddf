import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, failed, stablePods, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { list } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { apply, file, install, openScene, type Scene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

/** A canary that cannot get ready: its tag, the cluster's own word for it, and how long the deploy may take to see it. */
interface Failing {
  readonly version: string;
  readonly words: RegExp;
  readonly flags: Flags;
  /** The wait goes on to its time; otherwise it ends early, since it cannot help. */
  readonly isWaitedFor: boolean;
}

const failures: readonly Failing[] = [
  { version: 'v2-crash', words: /CrashLoopBackOff/, flags: { timeout: '120s' }, isWaitedFor: false },
  { version: 'v2-badpull', words: /ImagePullBackOff/, flags: { timeout: '150s' }, isWaitedFor: false },
  { version: 'v2-unready', words: /0 of 1|not ready|unready|readiness/i, flags: { timeout: '10s' }, isWaitedFor: true },
];

describeOnLab('a canary that cannot live', () => {
  for (const failing of failures) {
    fact(
      `${failing.version}: deploy says why in the cluster’s words, all requests stay on stable, promote refuses, reject cleans up twice`,
      async () => {
        const scene = await openScene();
        await install(scene, web({ version: 'v1' }));
        const before = { state: await snapshot(scene), pods: await stablePods(scene) };
        const traffic = await trafficOn(scene, 'web', 50);
        const path = await file(scene, 'v2.yaml', web({ version: failing.version }));
        const ended = await deploy(scene, path, { percentage: 20, ...failing.flags });
        expect(/not ready within/.test(failed(ended, 'NOT_READY').output)).toBe(failing.isWaitedFor);
        expect(ended.output).toMatch(failing.words);
        expect((await traffic.sample(200)).variants).toEqual({ stable: 200 });
        failed(await promote(scene, { manifests: path }), 'DEPLOY_UNFINISHED');
        succeeded(await reject(scene));
        expectNoLoss(await traffic.stop());
        expect({ state: await snapshot(scene), pods: await stablePods(scene) }).toEqual(before);
        succeeded(await reject(scene));
      },
    );
  }

  fact('a quota without room is told in the API server’s words, and nothing of stable changes', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    await apply(scene, [quota(3)]);
    const ended = await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2' })), { percentage: 20, timeout: '120s' });
    expect(ended).toMatchObject({ code: 1, output: expect.stringMatching(/exceeded quota/) });
    succeeded(await reject(scene));
    await expectNoTrace(scene);
  });

  fact('an increment that fails takes back what the one before had given', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', replicas: 4 }));
    await apply(scene, [quota(5)]);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2', replicas: 4 }));
    const traffic = await trafficOn(scene, 'web');
    const sized = { 'baseline-and-canary-replicas': null, baseline: false };
    succeeded(await deploy(scene, path, { ...sized, percentage: 20 }));
    expect(Object.keys((await traffic.sample(300)).variants).sort()).toEqual(['canary', 'stable']);
    const ended = await deploy(scene, path, { ...sized, percentage: 50, timeout: '120s' });
    expect(ended).toMatchObject({ code: 1, output: expect.stringMatching(/exceeded quota/) });
    expect((await traffic.sample(300)).variants).toEqual({ stable: 300 });
    failed(await promote(scene, { manifests: path }), 'DEPLOY_UNFINISHED');
    succeeded(await reject(scene));
    expectNoLoss(await traffic.stop());
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

function quota(pods: number): KubeObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'room' }, spec: { hard: { pods: String(pods) } } };
}

async function names(scene: Scene): Promise<readonly string[]> {
  return (await list(scene.namespace, 'deployments')).map(({ metadata }) => metadata.name).sort();
}
