import { expect } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, failed, succeeded, uidsOf } from './lab/expect.ts';
import { fact, facts } from './lab/fact.ts';
import { kubectl, list, live } from './lab/kubectl.ts';
import { describeOnLab, servedSmi } from './lab/lab.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { apply, file, install, openScene, rolledOut, type Scene } from './lab/scene.ts';
import { objects, snapshot } from './lab/snapshot.ts';
import { githubStep } from './lab/step.ts';
import { expectNoLoss, expectSplit, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const unhealthy: readonly [string, readonly string[]][] = [
  ['paused', ['rollout', 'pause', 'deployment/web']],
  ['at 0 replicas', ['scale', 'deployment/web', '--replicas=0']],
  ['never getting ready', ['set', 'image', 'deployment/web', 'web=example/web:v1-unready']],
];

describeOnLab('what is refused', () => {
  fact('promoting another release than the one tested (RELEASE_MISMATCH), and it names what differs', async () => {
    const { scene } = await withCanary('v2');
    const other = await file(scene, 'v3.yaml', web({ version: 'v3' }));
    expect(failed(await promote(scene, { manifests: other }), 'RELEASE_MISMATCH').output).toMatch(/image/);
    succeeded(await reject(scene));
  });

  fact('promoting when no canary runs (NOTHING_TO_PROMOTE)', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    failed(await promote(scene, { manifests: path }), 'NOTHING_TO_PROMOTE');
    failed(await promote(scene), 'NOTHING_TO_PROMOTE');
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('promoting variants whose record is gone, while reject still cleans up', async () => {
    const { scene, path } = await withCanary('v2');
    await kubectl(['delete', 'configmap/web-rollout', '-n', scene.namespace]);
    failed(await promote(scene, { manifests: path }), 'NOTHING_TO_PROMOTE');
    succeeded(await reject(scene));
    await expectNoTrace(scene);
  });

  fact('going on over a stable that somebody changed (STABLE_CHANGED), until told to accept it', async () => {
    const { scene, path } = await withCanary('v2');
    await kubectl(['set', 'image', 'deployment/web', 'web=example/web:hotfix', '-n', scene.namespace]);
    await rolledOut(scene, 'web');
    failed(await promote(scene, { manifests: path }), 'STABLE_CHANGED');
    failed(await deploy(scene, path, { percentage: 30 }), 'STABLE_CHANGED');
    succeeded(await deploy(scene, path, { percentage: 30, 'accept-stable-change': true }));
    expect(JSON.stringify(await live(scene.namespace, 'deployment', 'web-baseline'))).toContain('example/web:hotfix');
    succeeded(await reject(scene));
    expect(JSON.stringify(await live(scene.namespace, 'deployment', 'web'))).toContain('example/web:hotfix');
  });

  facts(unhealthy, 'a canary beside a stable that is %s (UNHEALTHY_STABLE)', async (_, command) => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    await kubectl([...command, '-n', scene.namespace]);
    const before = await snapshot(scene);
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    failed(await deploy(scene, path, { percentage: 20, timeout: '8s' }), 'UNHEALTHY_STABLE');
    expect(await snapshot(scene)).toEqual(before);
  });

  facts(incumbents(), 'a canary over what %s left (FOREIGN_ROLLOUT)', async (_, left) => {
    const scene = await openScene();
    await install(scene, [...web({ version: 'v1' }), ...left]);
    const before = await snapshot(scene);
    failed(await deploy(scene, await file(scene, 'v2.yaml', web({ version: 'v2' })), { percentage: 20 }), 'FOREIGN_ROLLOUT');
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('run A’s reject leaves run B’s canary alone (superseded), reject-any takes it', async () => {
    const { scene } = await withCanary('v2', { run: 'a' });
    const next = await file(scene, 'v3.yaml', web({ version: 'v3' }));
    succeeded(await deploy(scene, next, { percentage: 20, run: 'b' }));
    const before = await versions(scene);
    expect(succeeded(await reject(scene, { run: 'a' })).output).toMatch(/superseded/i);
    expect(await versions(scene)).toEqual(before);
    succeeded(await reject(scene, { run: 'a', 'reject-any': true }));
    await expectNoTrace(scene);
  });

  fact('run B’s canary never gets run A’s share', async () => {
    const { scene } = await withCanary('v2', { run: 'a', percentage: 50 });
    const next = await file(scene, 'v3.yaml', web({ version: 'v3-wait3' }));
    const traffic = await trafficOn(scene, 'web');
    const deployed = deploy(scene, next, { percentage: 10, run: 'b' });
    const during = traffic.sample(1800);
    expect(succeeded(await deployed).output).toMatch(/\ba\b/);
    const seen = (await during).images['example/web:v3-wait3'] ?? 0;
    expect(seen).toBeLessThan(1800 * 0.05 + 5 * Math.sqrt(1800 * 0.05 * 0.95));
    await expectSplit(traffic, { 'web-stable': 90, 'web-baseline': 5, 'web-canary': 5 });
    succeeded(await reject(scene, { run: 'b' }));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });

  fact('an older run over a newer run’s canary (NEWER_ROLLOUT), until told to replace it', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    for (const version of ['v2', 'v3']) await file(scene, `${version}.yaml`, web({ version }));
    const inputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '10', namespace: scene.namespace };
    const quick = { ...inputs, 'baseline-and-canary-replicas': '1', drain: '1s', 'traffic-delay': '1s' };
    succeeded(await githubStep(scene, { ...quick, manifests: 'v3.yaml' }, { number: 12 }));
    failed(await githubStep(scene, { ...quick, manifests: 'v2.yaml' }, { number: 11 }), 'NEWER_ROLLOUT');
    succeeded(await githubStep(scene, { ...quick, manifests: 'v2.yaml', 'on-open': 'replace' }, { number: 11 }));
    expect(JSON.stringify(await live(scene.namespace, 'deployment', 'web-canary'))).toContain('example/web:v2');
  });

  fact('a plain rolling deploy over an open canary (ROLLOUT_OPEN)', async () => {
    const { scene, path } = await withCanary('v2');
    failed(
      await deploy(scene, path, { strategy: 'none', 'traffic-split-method': null, 'baseline-and-canary-replicas': null }),
      'ROLLOUT_OPEN',
    );
    succeeded(await reject(scene));
    await expectNoTrace(scene);
  });

  fact('promoting a canary that is not ready any more (CANARY_NOT_READY)', async () => {
    const { scene, path } = await withCanary('v2');
    await kubectl(['scale', 'deployment/web-canary', '--replicas=0', '-n', scene.namespace]);
    failed(await promote(scene, { manifests: path, timeout: '8s' }), 'CANARY_NOT_READY');
    succeeded(await reject(scene));
    await expectNoTrace(scene);
  });

  fact('the incumbents’ objects are valid on this cluster', async () => {
    const scene = await openScene();
    for (const [, left] of incumbents()) await apply(scene, left);
    expect(await list(scene.namespace, 'trafficsplits')).toHaveLength(2);
  });
});

async function withCanary(version: string, flags: Flags = {}): Promise<{ readonly scene: Scene; readonly path: string }> {
  const scene = await openScene();
  await install(scene, web({ version: 'v1' }));
  const path = await file(scene, `${version}.yaml`, web({ version }));
  succeeded(await deploy(scene, path, { percentage: 20, ...flags }));
  return { scene, path };
}

/** The marks that the two usual canary steps leave in a namespace, written from their documented behaviour. */
function incumbents(): [string, readonly KubeObject[]][] {
  const split = (name: string): KubeObject => ({
    apiVersion: `split.smi-spec.io/${servedSmi}`,
    kind: 'TrafficSplit',
    metadata: { name },
    spec: { service: 'web', backends: [{ service: 'web-stable', weight: 1000 }] },
  });
  const labelled = (label: string): KubeObject[] =>
    web({ name: 'web-baseline', version: 'v1', labels: { [label]: 'baseline' } }).slice(0, 1);
  return [
    ['the Azure task', [...labelled('azure-pipelines/version'), split('web-azure-pipelines-rollout')]],
    ['the GitHub action', [...labelled('workflow/version'), split('web-workflow-rollout')]],
    ['either’s promoted web-stable', web({ name: 'web-stable', version: 'v1' })],
  ];
}

async function versions(scene: Scene): Promise<readonly unknown[]> {
  const found = await objects(scene);
  const pods = await list(scene.namespace, 'pods');
  return [...found.map(({ kind, metadata }) => [kind, metadata.name, metadata.generation ?? 0]), uidsOf(pods)];
}
