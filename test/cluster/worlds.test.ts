import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { kubectl, live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { quota } from './lab/quota.ts';
import { deploy, promote } from './lab/rollout.ts';
import { apply, file, install, openScene, type Scene } from './lab/scene.ts';
import { answeredBy, expectNoLoss, trafficOn } from './lab/traffic.ts';
import { type Web, web } from './lab/web.ts';

describeOnLab('the worlds a canary meets', () => {
  fact('a stable with strategy Recreate is replaced without a lost request', async () => {
    await expectReleased({ strategy: { type: 'Recreate' } });
  });

  fact('a changed numeric target port is released without a lost request', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    await expectPromoted(scene, web({ version: 'v2', targetPort: 9090 }));
  });

  fact('a quota with room for the variants alone is enough for promote: stable rolls once the baseline is gone', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    await apply(scene, [quota(4)]);
    await expectPromoted(scene, web({ version: 'v2' }));
  });

  fact('a quota with room for one more pod takes a canary without baseline', async () => {
    const scene = await openScene();
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    await install(scene, web({ version: 'v1', strategy }));
    await apply(scene, [quota(3)]);
    await expectPromoted(scene, web({ version: 'v2', strategy }), { baseline: false });
  });

  fact('a template of 150 kB is released like any other', async () => {
    await expectReleased({ env: { LARGE: 'x'.repeat(150_000) } });
  });
});

async function expectReleased(variation: Omit<Web, 'version'>): Promise<void> {
  const scene = await openScene();
  await install(scene, web({ version: 'v1', ...variation }));
  await expectPromoted(scene, web({ version: 'v2-wait1', ...variation }));
}

async function expectPromoted(scene: Scene, next: readonly KubeObject[], flags: Readonly<Record<string, boolean>> = {}): Promise<void> {
  const path = await file(scene, 'v2.yaml', next);
  const traffic = await trafficOn(scene, 'web', 50);
  succeeded(await deploy(scene, path, { percentage: 20, ...flags }));
  expect(Object.values(await answeredBy(scene, 'kubernetes-rollout/variant=canary'))).toHaveLength(1);
  succeeded(await promote(scene, { manifests: path, ...flags }));
  await traffic.sample(100);
  expectNoLoss(await traffic.stop());
  const stable = await live(scene.namespace, 'deployment', 'web');
  const applied = JSON.parse(await kubectl(['apply', '-n', scene.namespace, '-f', path, '--dry-run=server', '-o', 'json'])).items;
  expect(stable?.spec).toEqual(applied[0].spec);
  await expectNoTrace(scene);
}
