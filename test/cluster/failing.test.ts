import { expect } from '@jest/globals';
import { expectNoTrace, failed, stablePods, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { quota } from './lab/quota.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { apply, file, install, openScene } from './lab/scene.ts';
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
});
