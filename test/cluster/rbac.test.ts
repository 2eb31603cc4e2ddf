import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { kubectl, live } from './lab/kubectl.ts';
import { describeOnLab, kubeconfigOf, labFolder } from './lab/lab.ts';
import { deploy, promote, reject, root } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const limited = labFolder === undefined ? {} : { kubeconfig: kubeconfigOf('deployer') };

describeOnLab('the least Role', () => {
  fact('is enough for a first release, a canary by SMI, its promotion and its rejection', async () => {
    const scene = await withRole();
    const first = await file(scene, 'v1.yaml', application('v1', 'blue'));
    succeeded(await deploy(scene, first, { percentage: 10 }, limited));
    const path = await file(scene, 'v2.yaml', application('v2', 'green'));
    const traffic = await trafficOn(scene, 'web', 50);
    succeeded(await deploy(scene, path, { percentage: 10 }, limited));
    succeeded(await promote(scene, { manifests: path }, limited));
    const next = await file(scene, 'v3.yaml', application('v3', 'red'));
    succeeded(await deploy(scene, next, { percentage: 10 }, limited));
    succeeded(await reject(scene, {}, limited));
    expectNoLoss(await traffic.stop());
    expect((await live(scene.namespace, 'configmap', 'web'))?.data).toEqual({ COLOUR: 'green' });
  });

  fact('is enough for a canary by pod counts, and for saying why one fails', async () => {
    const scene = await withRole();
    await install(scene, web({ version: 'v1', replicas: 3 }));
    const path = await file(scene, 'v2.yaml', web({ version: 'v2-crash', replicas: 3 }));
    const pods = { 'traffic-split-method': 'pod', 'baseline-and-canary-replicas': null, baseline: false, percentage: 25 };
    const ended = await deploy(scene, path, pods, limited);
    expect(ended).toMatchObject({ code: 1, output: expect.stringMatching(/CrashLoopBackOff/) });
    succeeded(await reject(scene, { 'traffic-split-method': 'pod' }, limited));
    await expectNothingLeft(scene);
  });

  fact('ends at its namespace', async () => {
    const [own, other] = await Promise.all([withRole(), openScene('rbac')]);
    const path = await file(own, 'v1.yaml', web({ version: 'v1' }));
    const ended = await deploy(own, path, { percentage: 10, namespace: other.namespace }, limited);
    expect(ended).toMatchObject({ code: 1, output: expect.stringContaining('FORBIDDEN') });
  });
});

/** A scene where the lab's deployer has the sample's Role and nothing else. */
async function withRole(): Promise<Scene> {
  const scene = await openScene('rbac');
  await kubectl(['apply', '-n', scene.namespace, '-f', join(root, 'samples', 'rbac.yaml')]);
  await kubectl(['create', 'rolebinding', 'deployer', '--role=rollout', '--user=deployer', '-n', scene.namespace]);
  return scene;
}

async function expectNothingLeft(scene: Scene): Promise<void> {
  await kubectl(['delete', '-n', scene.namespace, '-f', join(root, 'samples', 'rbac.yaml'), '--ignore-not-found']);
  await kubectl(['delete', 'rolebinding/deployer', '-n', scene.namespace]);
  await expectNoTrace(scene);
}

function application(version: string, colour: string): readonly KubeObject[] {
  const map: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { COLOUR: colour } };
  const scaler: KubeObject = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  };
  return [map, ...web({ version, envFrom: [{ configMapRef: { name: 'web' } }] }), scaler];
}
