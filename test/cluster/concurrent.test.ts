import { expect } from '@jest/globals';
import { expectNoTrace, failed, succeeded } from './lab/expect.ts';
import { closing, fact, isFull } from './lab/fact.ts';
import { type Ended, live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { inParallel } from './lab/parallel.ts';
import { isWrite, startProxy } from './lab/proxy.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { expectNoLoss, type Traffic, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const quick: Flags = { drain: '1s', 'traffic-delay': '1s', percentage: 20 };

describeOnLab('two runs at once', () => {
  fact(
    'whenever the other starts, exactly one of them is at work, and no request is lost',
    async () => {
      const writes = await between(null);
      expect(writes).toBeGreaterThan(3);
      const pauses = pausesOf(writes);
      await inParallel(4, pauses, pause => closing(() => between(pause)));
    },
    900_000,
  );

  fact('one that ends between the other’s start and its first write is seen by the other', async () => {
    const { scene, paths, traffic } = await stage();
    const others: Promise<Ended>[] = [];
    const proxy = await startProxy(scene, {
      before: async (method, path) => {
        if (!isWrite(method, path)) return null;
        // A write that is not answered for 15 s is sent again: it waits as the first one does.
        if (others.length === 0) others.push(deploy(scene, paths.other, { ...quick, run: 'b' }));
        await Promise.all(others);
        return null;
      },
    });
    succeeded(await deploy(scene, paths.own, { ...quick, run: 'a' }, { kubeconfig: proxy.kubeconfig }));
    for (const other of await Promise.all(others)) succeeded(other);
    expect(others).toHaveLength(1);
    expect(JSON.stringify(await live(scene.namespace, 'deployment', 'web-canary'))).toContain('example/web:v2');
    await finished(scene, traffic, 'a');
    await proxy.close();
  });

  fact('a reject that meets a running promote is told who is at work', async () => {
    const { scene, paths, traffic } = await stage();
    succeeded(await deploy(scene, paths.own, { ...quick, run: 'a' }));
    const rejected: Ended[] = [];
    const proxy = await startProxy(scene, {
      afterWrite: async count => {
        if (count === 1) rejected.push(await reject(scene, { run: 'b', 'reject-any': true }));
      },
    });
    succeeded(await promote(scene, { ...quick, percentage: null, manifests: paths.own, run: 'a' }, { kubeconfig: proxy.kubeconfig }));
    expect(rejected.map(ended => failed(ended, 'CONCURRENT_ROLLOUT').output)).toEqual([expect.stringContaining('at work')]);
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
    await proxy.close();
  });
});

/** Behind every write in a full run, behind every second one otherwise. */
function pausesOf(writes: number): readonly number[] {
  return Array.from({ length: writes }, (_, index) => index + 1).filter(pause => isFull || pause % 2 === 1);
}

/** Run A is held right after its n-th write until run B has tried; the number of A's writes. */
async function between(pause: number | null): Promise<number> {
  const { scene, paths, traffic } = await stage();
  const others: { readonly free: boolean; readonly ended: Ended }[] = [];
  const proxy = await startProxy(scene, {
    afterWrite: async count => {
      if (count !== pause) return;
      const free = (await live(scene.namespace, 'configmap', 'web-rollout'))?.data?.holder === 'null';
      others.push({ free, ended: await deploy(scene, paths.other, { ...quick, run: 'b' }) });
    },
  });
  succeeded(await deploy(scene, paths.own, { ...quick, run: 'a' }, { kubeconfig: proxy.kubeconfig }));
  for (const { free, ended } of others) expectOutcome(ended, { pause, free });
  await finished(scene, traffic, 'a');
  await proxy.close();
  return proxy.writes().length;
}

/** Only when A has given its claim back may B have its way. */
function expectOutcome(other: Ended, { pause, free }: { readonly pause: number | null; readonly free: boolean }): void {
  if (free && other.code === 0) return;
  expect({ pause, code: other.code, output: other.output }).toEqual({
    pause,
    code: 1,
    output: expect.stringContaining('CONCURRENT_ROLLOUT'),
  });
}

async function stage() {
  const scene = await openScene('two');
  await install(scene, web({ version: 'v1' }));
  const own = await file(scene, 'v2.yaml', web({ version: 'v2' }));
  const other = await file(scene, 'v3.yaml', web({ version: 'v3' }));
  return { scene, paths: { own, other }, traffic: await trafficOn(scene, 'web', 40) };
}

async function finished(scene: Scene, traffic: Traffic, run: string): Promise<void> {
  succeeded(await reject(scene, { ...quick, percentage: null, run, 'reject-any': true }));
  expectNoLoss(await traffic.stop());
  await expectNoTrace(scene);
}
