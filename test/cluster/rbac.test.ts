import { join } from 'node:path';
import { expect } from '@jest/globals';
import { at, items, records } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { type Ended, kubectl, live } from './lab/kubectl.ts';
import { describeOnLab, kubeconfigOf, labFolder } from './lab/lab.ts';
import { startProxy } from './lab/proxy.ts';
import { deploy, type Flags, promote, reject, rollout, root } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const limited = labFolder === undefined ? {} : { kubeconfig: kubeconfigOf('deployer') };

describeOnLab('the least Role', () => {
  fact('is enough for a first release, a canary by SMI, its promotion and its rejection', async () => {
    const scene = await withRole();
    const first = await file(scene, 'v1.yaml', application('v1', 'blue'));
    permitted(await deploy(scene, first, { percentage: 10 }, limited));
    const path = await file(scene, 'v2.yaml', application('v2', 'green'));
    const traffic = await trafficOn(scene, 'web', 50);
    permitted(await deploy(scene, path, { percentage: 10 }, limited));
    permitted(await promote(scene, { manifests: path }, limited));
    const next = await file(scene, 'v3.yaml', application('v3', 'red'));
    permitted(await deploy(scene, next, { percentage: 10 }, limited));
    permitted(await reject(scene, {}, limited));
    expectNoLoss(await traffic.stop());
    expect((await live(scene.namespace, 'configmap', 'web'))?.data).toEqual({ COLOUR: 'green' });
  });

  fact(
    'as the command prints it is enough for a canary by SMI, its promotion and its rejection, and not one request is refused',
    async () => {
      const scene = await openScene('rbac');
      const files = (version: string) => [secret(version), ...phases, ...application(version, version)];
      await install(scene, [secret('v1'), ...application('v1', 'v1')]);
      const path = await file(scene, 'v2.yaml', files('v2'));
      const role = await rollout(scene, 'role', { manifests: path, run: null, ...UNHURRIED, ...by });
      await kubectl(['apply', '-f', '-'], { input: role.stdout });
      await kubectl(['create', 'rolebinding', 'deployer', '--role=kubernetes-rollout', '--user=deployer', '-n', scene.namespace]);
      const proxy = await startProxy(scene, {}, 'deployer');
      const login = { kubeconfig: proxy.kubeconfig };
      succeeded(await deploy(scene, path, { percentage: 10 }, login));
      expect(await jobsIn(scene)).toEqual(['expand']);
      succeeded(await promote(scene, { manifests: path }, login));
      expect(await jobsIn(scene)).toEqual(['contract']);
      const next = await file(scene, 'v3.yaml', files('v3'));
      succeeded(await deploy(scene, next, { percentage: 10 }, login));
      succeeded(await reject(scene, {}, login));
      expect(await jobsIn(scene)).toEqual(['contract']);
      await proxy.close();
      // Another fact defines Istio's policies while this one runs.
      expect(proxy.forbidden().filter(request => !request.includes('security.istio.io'))).toEqual([]);
      expect(role.stdout).not.toMatch(/resources: \[secrets\]\n *verbs: .*(get|list)/);
      expect((await live(scene.namespace, 'configmap', 'web'))?.data).toEqual({ COLOUR: 'v2' });
    },
  );

  fact('without the right to delete Deployments is told before the first write, with the rules that are missing', async () => {
    const scene = await withRole();
    await install(scene, web({ version: 'v1' }));
    const rules = records((await live(scene.namespace, 'role', 'rollout'))?.rules).map(rule => ({
      ...rule,
      ...(String(rule.resources).includes('deployments') ? { verbs: items(rule.verbs).filter(verb => verb !== 'delete') } : {}),
    }));
    await kubectl(['patch', 'role/rollout', '-n', scene.namespace, '--type=merge', '-p', JSON.stringify({ rules })]);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    const { code, output } = await deploy(scene, path, { percentage: 10 }, limited);
    expect(code).toBe(1);
    expect(await live(scene.namespace, 'configmap', 'web-rollout')).toBeNull();
    expect(output).toMatch(/This login may not delete deployments\.apps/);
    expect(output).toMatch(/no reject could complete[\s\S]*resources: \[deployments\]\n.*verbs: \[delete\]/);
    expect(output).not.toMatch(/may not (create|patch|list)/);
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

  fact('is enough to release a StatefulSet by its partition, and to take a stuck pod of it back', async () => {
    const scene = await withRole();
    const of = (version: string): Flags => ({
      ...{ 'traffic-split-method': null, 'baseline-and-canary-replicas': null },
      images: `example/queue:${version}`,
    });
    const path = join(root, 'samples', 'manifests', 'queue', 'stateful-set.yaml');
    await kubectl(['apply', '-n', scene.namespace, '-f', path]);
    await kubectl(['rollout', 'status', 'statefulset/queue', '-n', scene.namespace, '--timeout=300s']);
    const before = await live(scene.namespace, 'statefulset', 'queue');
    const failed = await deploy(scene, path, { ...of('v2-unready'), percentage: 50, timeout: '20s' }, limited);
    expect(failed).toMatchObject({ code: 1, output: expect.stringContaining('queue-3 of the rejected version is not ready') });
    expect((await live(scene.namespace, 'statefulset', 'queue'))?.spec).toEqual(before?.spec);
    permitted(await deploy(scene, path, { ...of('v2'), percentage: 50 }, limited));
    expect(await imagesOf(scene)).toEqual(['v1', 'v1', 'v2', 'v2']);
    permitted(await reject(scene, {}, limited));
    expect(await imagesOf(scene)).toEqual(['v1', 'v1', 'v1', 'v1']);
    permitted(await deploy(scene, path, { ...of('v2'), percentage: 25 }, limited));
    permitted(await promote(scene, { ...of('v2'), manifests: path }, limited));
    expect(await imagesOf(scene)).toEqual(['v2', 'v2', 'v2', 'v2']);
    expect(await live(scene.namespace, 'configmap', 'queue-rollout')).toBeNull();
  });

  fact('is enough to keep a canary under a policy of a mesh; a policy that it does not grant is told', async () => {
    await kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(policies) });
    await kubectl(['wait', '--for=condition=Established', `crd/${policies.metadata.name}`, '--timeout=300s']);
    const scene = await withRole();
    const policy = { selector: { matchLabels: { app: 'web' } }, rules: [{}] };
    await install(scene, [
      ...web({ version: 'v1' }),
      { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'web' }, spec: policy },
    ]);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    succeeded(await deploy(scene, path, { percentage: 10 }, limited));
    expect((await live(scene.namespace, 'authorizationpolicy', 'web-canary'))?.spec).toMatchObject({
      selector: { matchLabels: { app: 'web-canary' } },
      rules: [{}],
    });
    await kubectl([
      'patch',
      'role/rollout',
      '-n',
      scene.namespace,
      '--type=merge',
      '-p',
      JSON.stringify({ rules: await withoutPolicies(scene) }),
    ]);
    const ended = await deploy(scene, path, { percentage: 20 }, limited);
    succeeded(ended);
    expect(ended.output).toContain('may not list AuthorizationPolicy of security.istio.io');
    await kubectl(['apply', '-n', scene.namespace, '-f', join(root, 'samples', 'rbac.yaml')]);
    succeeded(await promote(scene, { manifests: path }, limited));
    expect(await live(scene.namespace, 'authorizationpolicy', 'web-canary')).toBeNull();
  });

  fact('ends at its namespace', async () => {
    const [own, other] = await Promise.all([withRole(), openScene('rbac')]);
    const path = await file(own, 'v1.yaml', web({ version: 'v1' }));
    const ended = await deploy(own, path, { percentage: 10, namespace: other.namespace }, limited);
    expect(ended).toMatchObject({ code: 1, output: expect.stringContaining('FORBIDDEN') });
  });
});

const by = { strategy: 'canary', 'traffic-split-method': 'smi' };
/** Nothing is waited for where nothing is done. */
const UNHURRIED = { drain: null, 'traffic-delay': null, timeout: null };

/** Jobs at moments of the release; one is left to the cluster's own time. */
const phases: readonly KubeObject[] = [
  { name: 'expand', phase: 'before-deploy', spec: {} },
  { name: 'contract', phase: 'after-promote', spec: { ttlSecondsAfterFinished: 600 } },
].map(({ name, phase, spec }) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, annotations: { 'kubernetes-rollout/phase': phase } },
  spec: { ...spec, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'demo/job:v1' }] } } },
}));

/** Names of the Jobs that are there, without the release. */
async function jobsIn({ namespace }: Scene): Promise<readonly string[]> {
  const names = await kubectl(['get', 'jobs', '-n', namespace, '-o', 'name']);
  return names.split('\n').flatMap(line => /batch\/(.*)-\w+$/.exec(line)?.[1] ?? []);
}

const secret = (version: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'hush' },
  stringData: { version },
});

/** What each pod of the sample's StatefulSet runs, by its number. */
async function imagesOf({ namespace }: Scene): Promise<readonly unknown[]> {
  const pods = await Promise.all([0, 1, 2, 3].map(number => live(namespace, 'pod', `queue-${number}`)));
  return pods.flatMap(pod => records(at(pod, 'spec.containers')).map(({ image }) => String(image).split(':')[1]));
}

/** It ended well, and nobody was told of a right that is missing. */
function permitted(ended: Ended): void {
  succeeded(ended);
  expect(ended.output).not.toContain('may not');
}

/** Istio's kind, as far as this test needs it. */
const policies = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'authorizationpolicies.security.istio.io' },
  spec: {
    group: 'security.istio.io',
    scope: 'Namespaced',
    names: { plural: 'authorizationpolicies', singular: 'authorizationpolicy', kind: 'AuthorizationPolicy' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** The rules of the scene's Role but those for Istio's policies. */
async function withoutPolicies({ namespace }: Scene): Promise<readonly unknown[]> {
  const role = await live(namespace, 'role', 'rollout');
  return records(role?.rules).filter(({ apiGroups }) => !String(apiGroups).includes('security.istio.io'));
}

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
