import { expect } from '@jest/globals';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { facts, isFull } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { type Interference, startProxy } from './lab/proxy.ts';
import { deploy, promote, reject } from './lab/rollout.ts';
import { file, install, openScene } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

/** Far longer than an API server takes; four actions of a dozen writes each wait for it. */
const lateSeconds = isFull ? 2 : 1;

const faults: readonly [string, () => Interference][] = [
  ['answers every fifth request with 429', () => ({ before: everyFifth(429, () => true) })],
  ['ends the connection on every fifth read', () => ({ before: everyFifth('disconnect', method => method === 'GET') })],
  [
    `answers a write ${lateSeconds} s late`,
    () => ({ afterWrite: () => new Promise<void>(resolve => setTimeout(resolve, lateSeconds * 1000)) }),
  ],
];

describeOnLab('an API server that', () => {
  facts(faults, '%s is survived by deploy, promote and reject', async (_, interference) => {
    const scene = await openScene('faults');
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    const proxy = await startProxy(scene, interference());
    const circumstances = { kubeconfig: proxy.kubeconfig };
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    const traffic = await trafficOn(scene, 'web', 40);
    succeeded(await deploy(scene, path, { percentage: 20 }, circumstances));
    succeeded(await reject(scene, {}, circumstances));
    expect(await snapshot(scene)).toEqual(before);
    succeeded(await deploy(scene, path, { percentage: 20 }, circumstances));
    succeeded(await promote(scene, { manifests: path }, circumstances));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
    await proxy.close();
  });
});

/** Watches are let through: a broken one is taken up again and would count twice. */
function everyFifth(order: number | 'disconnect', concerns: (method: string) => boolean) {
  let seen = 0;
  return (method: string, path: string) => {
    if (!concerns(method) || path.includes('watch=')) return null;
    seen++;
    return seen % 5 === 0 ? order : null;
  };
}
