import { expect } from '@jest/globals';
import { expectNoTrace, failed, stablePods, succeeded, withReplicas } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { kubectl, list, live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, promote, reject, start } from './lab/rollout.ts';
import { apply, file, install, openScene, rolledOut, type Scene, until, type Way } from './lab/scene.ts';
import { managers, objects, ownership, snapshot } from './lab/snapshot.ts';
import { expectNoLoss, expectSplit, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const v1 = web({ version: 'v1', env: { COLOUR: 'blue', OLD: '1' }, labels: { tier: 'front' }, limits: { cpu: '100m', memory: '64Mi' } });
const v2 = web({ version: 'v2-wait3', env: { COLOUR: 'green' } });
const v3 = web({ version: 'v3', env: { SIZE: '3' }, annotations: { owner: 'team' } });
const smi: Flags = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': 1 };

describeOnLab('a canary by SMI weights', () => {
  fact('gets exactly its share at 10 and 20 percent, becomes stable, and no request is lost (client-side apply)', async () => {
    const scene = await openScene();
    await install(scene, v1, 'client');
    await releasedUnderTraffic(scene);
    await expectAsByHand(scene, ['client', 'client', 'client']);
  });

  fact('the same over a server-side apply, with the default waits', async () => {
    const scene = await openScene();
    await install(scene, v1, 'server');
    await releasedUnderTraffic(scene, { drain: null, 'traffic-delay': null });
    await expectAsByHand(scene, ['server', 'server', 'server']);
  });

  fact('a client-side application can go on with server-side apply afterwards', async () => {
    const scene = await openScene();
    await install(scene, v1, 'client');
    await released(scene);
    await expectAsByHand(scene, ['client', 'client', 'server']);
  });

  fact('what kubectl set, scale, edit, label and rollout restart did before stands in nobody’s way', async () => {
    const scene = await openScene();
    await install(scene, v1, 'client');
    await handiwork(scene);
    await released(scene);
    const reference = await byHand(['client', 'client']);
    expect(await snapshot(scene)).toEqual(withReplicas(await snapshot(reference), 3));
    await expectOwnedByKubectl(scene);
    // A count set by \`kubectl scale\` stays the scale's own, as it does without us: another one in a server-side apply is a conflict.
    await apply(scene, web({ version: 'v3', replicas: 3, env: { SIZE: '3' } }), 'server');
    await rolledOut(scene, 'web');
    expect(await list(scene.namespace, 'deployments')).toHaveLength(1);
  });

  fact('a rejected canary leaves the user’s objects at v1 and never restarts a pod of stable', async () => {
    const scene = await openScene();
    await install(scene, v1, 'client');
    const before = { state: await snapshot(scene), pods: await stablePods(scene), owners: await owners(scene) };
    const traffic = await trafficOn(scene, 'web');
    succeeded(await deploy(scene, await file(scene, 'v2.yaml', v2), { percentage: 20 }));
    await expectSplit(traffic, { 'web-stable': 80, 'web-baseline': 10, 'web-canary': 10 });
    succeeded(await reject(scene));
    expectNoLoss(await traffic.stop());
    expect({ state: await snapshot(scene), pods: await stablePods(scene), owners: await owners(scene) }).toEqual(before);
    await expectNoTrace(scene);
  });

  fact('a first release is applied as it is, and promote finds nothing to change', async () => {
    const scene = await openScene();
    const path = await file(scene, 'v1.yaml', v1);
    expect(succeeded(await deploy(scene, path, { percentage: 10 })).output).toContain('first');
    await expectNoTrace(scene);
    succeeded(await promote(scene, { manifests: path }));
    await expectNoTrace(scene);
  });

  fact('a worker without a Service rolls at promote, is given back where it cannot, and costs the web nothing', async () => {
    const scene = await openScene();
    const both = (version: string, of = version) => [...web({ version }), ...web({ name: 'worker', version: of, services: [] })];
    await install(scene, both('v1'), 'client');
    const before = await snapshot(scene);
    const traffic = await trafficOn(scene, 'web');
    const bad = await file(scene, 'bad.yaml', both('v2', 'v2-badpull'));
    expect(succeeded(await deploy(scene, bad, { percentage: 20 })).output).toContain('worker has no Service: it is rolled at promote.');
    expect(failed(await promote(scene, { manifests: bad }), 'NOT_READY').output).toMatch(/worker: .*example\/worker:v2-badpull/);
    succeeded(await reject(scene));
    expect(await snapshot(scene)).toEqual(before);
    const good = await file(scene, 'good.yaml', both('v2'));
    succeeded(await deploy(scene, good, { percentage: 20 }));
    succeeded(await promote(scene));
    expectNoLoss(await traffic.stop());
    expect((await live(scene.namespace, 'deployment', 'worker'))?.status).toMatchObject({ updatedReplicas: 2, availableReplicas: 2 });
    await expectNoTrace(scene);
  });

  fact('a TrafficSplit that is being deleted is on its way out: the same deploy waits until it is gone, and makes it anew', async () => {
    const scene = await openScene();
    await install(scene, v1, 'client');
    const path = await file(scene, 'v2.yaml', v2);
    succeeded(await deploy(scene, path, { percentage: 20 }));
    const finalizers = (held: readonly string[]) =>
      kubectl([
        'patch',
        'trafficsplit/web-rollout',
        '-n',
        scene.namespace,
        '--type=merge',
        '-p',
        JSON.stringify({ metadata: { finalizers: held } }),
      ]);
    await finalizers(['example.com/held']);
    await kubectl(['delete', 'trafficsplit/web-rollout', '-n', scene.namespace, '--wait=false']);
    const again = start(scene, 'deploy', { ...smi, manifests: path, percentage: 20 });
    await until('the deploy waits', async () => again.output().includes('web-rollout is being deleted'));
    await finalizers([]);
    succeeded(await again.ended);
    const traffic = await trafficOn(scene, 'web');
    await expectSplit(traffic, { 'web-stable': 80, 'web-baseline': 10, 'web-canary': 10 });
    succeeded(await reject(scene));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });

  fact('a finished deploy writes nothing when it runs again', async () => {
    const scene = await openScene();
    await install(scene, v1, 'client');
    const path = await file(scene, 'v2.yaml', v2);
    succeeded(await deploy(scene, path, { percentage: 10 }));
    const before = await versions(scene);
    succeeded(await deploy(scene, path, { percentage: 10 }));
    expect(await versions(scene)).toEqual(before);
    succeeded(await reject(scene));
  });
});

async function releasedUnderTraffic(scene: Scene, flags: Readonly<Record<string, null>> = {}): Promise<void> {
  const path = await file(scene, 'v2.yaml', v2);
  const traffic = await trafficOn(scene, 'web');
  succeeded(await deploy(scene, path, { percentage: 10, ...flags }));
  await expectSplit(traffic, { 'web-stable': 90, 'web-baseline': 5, 'web-canary': 5 });
  succeeded(await deploy(scene, path, { percentage: 20, ...flags }));
  await expectSplit(traffic, { 'web-stable': 80, 'web-baseline': 10, 'web-canary': 10 });
  succeeded(await promote(scene, { manifests: path, ...flags }));
  await expectRunsV2(scene);
  await expectSplit(traffic, { web: 100 });
  expectNoLoss(await traffic.stop());
}

async function released(scene: Scene): Promise<void> {
  const path = await file(scene, 'v2.yaml', v2);
  succeeded(await deploy(scene, path, { percentage: 10 }));
  succeeded(await promote(scene, { manifests: path }));
  await expectRunsV2(scene);
}

/** Promote really waited: when it ends, stable runs v2 with all replicas ready and nothing old is left. */
async function expectRunsV2(scene: Scene): Promise<void> {
  const stable = await live(scene.namespace, 'deployment', 'web');
  const wanted = Number(stable?.spec?.replicas);
  expect(stable?.status).toMatchObject({ replicas: wanted, updatedReplicas: wanted, readyReplicas: wanted, availableReplicas: wanted });
  expect(JSON.stringify(stable?.spec)).toContain('example/web:v2-wait3');
}

/** The namespace is what three applies by hand would have made of it, after v2 and again after v3. */
async function expectAsByHand(scene: Scene, [first, second, third]: readonly [Way, Way, Way]): Promise<void> {
  const reference = await byHand([first, second]);
  expect(await snapshot(scene)).toEqual(await snapshot(reference));
  await expectNoTrace(scene);
  await expectOwnedByKubectl(scene);
  await Promise.all([apply(scene, v3, third), apply(reference, v3, third)]);
  expect(await snapshot(scene)).toEqual(await snapshot(reference));
}

async function byHand(ways: readonly [Way, Way]): Promise<Scene> {
  const reference = await openScene('byhand');
  await apply(reference, v1, ways[0]);
  await apply(reference, v2, ways[1]);
  return reference;
}

async function expectOwnedByKubectl(scene: Scene): Promise<void> {
  for (const object of await objects(scene)) {
    const others = managers(object).filter(manager => manager !== 'kube-controller-manager Update');
    expect({ object: object.metadata.name, others }).toEqual({ object: object.metadata.name, others: ['kubectl Apply'] });
  }
}

async function handiwork({ namespace }: Scene): Promise<void> {
  await kubectl(['set', 'env', 'deployment/web', 'EXTRA=1', '-n', namespace]);
  await kubectl(['scale', 'deployment/web', '--replicas=3', '-n', namespace]);
  await kubectl(['edit', 'deployment/web', '-n', namespace], { environment: { KUBE_EDITOR: "sed -i 's/tier: front/tier: edited/'" } });
  await kubectl(['label', 'service/web', 'added=later', '-n', namespace]);
  await kubectl(['rollout', 'restart', 'deployment/web', '-n', namespace]);
  await kubectl(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=300s']);
}

async function owners(scene: Scene): Promise<readonly unknown[]> {
  return (await objects(scene)).map(object => [object.kind, object.metadata.name, ownership(object)]);
}

/** What changes when somebody writes: the generation where controllers write too; the record is renewed and left out. */
async function versions(scene: Scene): Promise<readonly unknown[]> {
  const all = (await objects(scene)).filter(({ kind }) => kind !== 'ConfigMap');
  return all.map(({ kind, metadata }) => [kind, metadata.name, kind === 'Deployment' ? metadata.generation : metadata.resourceVersion]);
}
