import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, failed, succeeded, withReplicas } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { kubectl, live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, promote, reject } from './lab/rollout.ts';
import { apply, file, install, openScene, type Scene, until } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { web } from './lab/web.ts';

describeOnLab('what is the user’s own beside a canary', () => {
  fact('an autoscaler that scales during the rollout keeps its count', async () => {
    const scene = await openScene();
    await install(scene, [...web({ version: 'v1', replicas: null }), autoscaler(2)]);
    await until('the autoscaler has its two pods', async () => (await replicas(scene)) === 2);
    const path = await file(scene, 'v2.yaml', [...web({ version: 'v2', replicas: null }), autoscaler(2)]);
    succeeded(await deploy(scene, path, { percentage: 20 }));
    await kubectl([
      'patch',
      'hpa/web',
      '-n',
      scene.namespace,
      '--type=merge',
      '-p',
      '{"spec":{"minReplicas":4}}',
      '--field-manager=kubectl-edit',
    ]);
    await until('the autoscaler has scaled to four', async () => (await replicas(scene)) === 4);
    const least = watchReplicas(scene);
    succeeded(await promote(scene, { manifests: path }));
    expect(await least.stop()).toBe(4);
    await expectNoTrace(scene);
  });

  fact('a count set by hand is kept over the file’s', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1', replicas: 2 }));
    await kubectl(['scale', 'deployment/web', '--replicas=5', '-n', scene.namespace]);
    await kubectl(['rollout', 'status', 'deployment/web', '-n', scene.namespace, '--timeout=300s']);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2', replicas: 2 }));
    succeeded(await deploy(scene, path, { percentage: 20 }));
    succeeded(await promote(scene, { manifests: path }));
    const reference = await openScene('byhand');
    await apply(reference, web({ version: 'v2', replicas: 2 }));
    expect(await snapshot(scene)).toEqual(withReplicas(await snapshot(reference), 5));
  });

  fact('a user’s own web-canary is never taken over', async () => {
    const scene = await openScene();
    await install(scene, [...web({ version: 'v1' }), ...web({ name: 'web-canary', version: 'v7' })]);
    const before = await snapshot(scene);
    failed(await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2' })), { percentage: 20 }), 'NAME_TAKEN');
    succeeded(await reject(scene));
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('an immutable selector changed in v2 is found at deploy', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2', selector: { app: 'web', part: 'new' } }));
    failed(await deploy(scene, path, { percentage: 20 }), 'IMMUTABLE_FIELD');
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('a ConfigMap of the canary does not change stable’s before promote, and leaves no trace after reject', async () => {
    const scene = await openScene();
    await install(scene, configured('v1', 'blue'));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', configured('v2', 'green'));
    succeeded(await deploy(scene, path, { percentage: 20 }));
    expect((await live(scene.namespace, 'configmap', 'web'))?.data).toEqual({ COLOUR: 'blue' });
    expect((await live(scene.namespace, 'configmap', 'web-canary'))?.data).toEqual({ COLOUR: 'green' });
    succeeded(await reject(scene));
    expect(await snapshot(scene)).toEqual(before);
    succeeded(await deploy(scene, path, { percentage: 20 }));
    succeeded(await promote(scene, { manifests: path }));
    expect((await live(scene.namespace, 'configmap', 'web'))?.data).toEqual({ COLOUR: 'green' });
    await expectNoTrace(scene);
  });
});

/** Notes the smallest count that stable was asked for while it watches. */
function watchReplicas(scene: Scene): { stop(): Promise<number> } {
  const seen: number[] = [];
  let over = false;
  const watching = (async () => {
    while (!over) seen.push(await replicas(scene));
  })();
  return {
    stop: async () => {
      over = true;
      await watching;
      return Math.min(...seen);
    },
  };
}

async function replicas(scene: Scene): Promise<number> {
  return Number((await live(scene.namespace, 'deployment', 'web'))?.spec?.replicas);
}

function configured(version: string, colour: string): readonly KubeObject[] {
  const map: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { COLOUR: colour } };
  return [map, ...web({ version, envFrom: [{ configMapRef: { name: 'web' } }] })];
}

function autoscaler(minReplicas: number): KubeObject {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { scaleTargetRef, minReplicas, maxReplicas: 6, metrics },
  };
}
