import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, failed, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { kubectl, live, run } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, promote, rollout } from './lab/rollout.ts';
import { apply, file, install, openScene, rolledOut, type Scene } from './lab/scene.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const imageOf = async (scene: Scene): Promise<string> =>
  /example\/web:(\w+)/.exec(JSON.stringify((await live(scene.namespace, 'deployment', 'web'))?.spec))?.[1] ?? '';

const config = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { name } });

describeOnLab('undo', () => {
  fact('goes back at once to what ran before, with owners with whom either apply goes on', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', annotations: { 'kubernetes.io/change-cause': 'first' } }));
    await install(scene, web({ version: 'v2' }));
    expect(succeeded(await rollout(scene, 'undo', {})).output).toContain('Undone');
    expect(await imageOf(scene)).toBe('v1');
    await expectNoTrace(scene);
    const history = await kubectl(['rollout', 'history', 'deployment/web', '-n', scene.namespace]);
    expect(history).toMatch(/^3\s+first$/m);
    await apply(scene, web({ version: 'v3' }), 'server');
    await rolledOut(scene, 'web');
    succeeded(await rollout(scene, 'undo', { 'to-revision': 3 }));
    await apply(scene, web({ version: 'v4' }), 'client');
    expect(await imageOf(scene)).toBe('v4');
    failed(await rollout(scene, 'undo', { 'to-revision': 99 }), 'UNSUPPORTED');
  });

  fact('goes back as a canary under traffic, and is refused while one is open', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    await install(scene, web({ version: 'v2' }));
    const traffic = await trafficOn(scene, 'web');
    const asCanary = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': 1, percentage: 20 };
    succeeded(await rollout(scene, 'undo', asCanary));
    failed(await rollout(scene, 'undo', {}), 'ROLLOUT_OPEN');
    succeeded(await promote(scene));
    expectNoLoss(await traffic.stop());
    expect(await imageOf(scene)).toBe('v1');
    await expectNoTrace(scene);
  });
});

describeOnLab('prune', () => {
  fact('removes with the promote what the release has dropped, as `kubectl apply --prune --applyset` does behind it', async () => {
    const scene = await openScene();
    const shop = { application: 'shop', prune: true };
    const [one, two, three] = await Promise.all([
      file(scene, 'v1.yaml', [...web({ version: 'v1' }), config('a'), config('b'), config('c')]),
      file(scene, 'v2.yaml', [...web({ version: 'v2' }), config('a'), config('b')]),
      file(scene, 'v3.yaml', [...web({ version: 'v2' }), config('a')]),
    ]);
    succeeded(await rollout(scene, 'deploy', { manifests: one, ...shop }));
    expect(succeeded(await deploy(scene, two, { percentage: 20, ...shop })).output).toContain('At promote: remove ConfigMap');
    expect(await live(scene.namespace, 'configmap', 'c')).not.toBeNull();
    succeeded(await promote(scene, { manifests: two, ...shop }));
    expect(await live(scene.namespace, 'configmap', 'c')).toBeNull();
    const pruning = ['--server-side', '--prune', '--applyset=configmaps/shop-applyset', '-n', scene.namespace, '-f', three];
    const pruned = succeeded(await run('kubectl', ['apply', ...pruning], { environment: { KUBECTL_APPLYSET: 'true' } }));
    expect(pruned.output).toContain('configmap/b pruned');
    expect(pruned.output.match(/pruned/g)).toHaveLength(1);
  });
});
