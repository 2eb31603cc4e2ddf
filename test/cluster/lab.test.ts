import { expect } from '@jest/globals';
import { fact } from './lab/fact.ts';
import { kubectl, live, run } from './lab/kubectl.ts';
import { describeOnLab, servedSmi } from './lab/lab.ts';
import { startProxy } from './lab/proxy.ts';
import { apply, install, openScene, until } from './lab/scene.ts';
import { managers, snapshot } from './lab/snapshot.ts';
import { answeredBy, expectNoLoss, expectShares, expectSplit, trafficOn } from './lab/traffic.ts';
import { service, web } from './lab/web.ts';

describeOnLab('the measuring itself', () => {
  fact('a TrafficSplit of 800/150/50 is measured as such, and nothing is lost', async () => {
    const scene = await openScene();
    const leaves = ['stable', 'baseline', 'canary'].flatMap(role => web({ name: `web-${role}`, version: 'v1' }));
    await install(scene, [...leaves, service('web', { app: 'web-stable' }), trafficSplit({ stable: 800, baseline: 150, canary: 50 })]);
    const traffic = await trafficOn(scene, 'web');
    await expectSplit(traffic, { 'web-stable': 80, 'web-baseline': 15, 'web-canary': 5 });
    const tally = await traffic.stop();
    expectNoLoss(tally);
    const counts = Object.values(await answeredBy(scene, 'app=web-canary')).reduce((sum, count) => sum + count, 0);
    expect(counts).toBeGreaterThanOrEqual(tally.backends['web-canary'] ?? Number.NaN);
  });

  fact('a share that is not the one asked is seen as such', async () => {
    const counts = { 'web-stable': 1200, 'web-baseline': 225, 'web-canary': 75 };
    expectShares(counts, { 'web-stable': 80, 'web-baseline': 15, 'web-canary': 5 });
    expect(() => expectShares(counts, { 'web-stable': 85, 'web-baseline': 10, 'web-canary': 5 })).toThrow();
    expect(() => expectShares(counts, { 'web-stable': 85, 'web-baseline': 15 })).toThrow();
  });

  fact('a Service without a ready pod counts as loss', async () => {
    const scene = await openScene();
    await install(scene, web({ version: 'v1' }));
    const traffic = await trafficOn(scene, 'web');
    await kubectl(['scale', 'deployment/web', '--replicas=0', '-n', scene.namespace]);
    await until('a request is lost', async () => (await traffic.sample(50)).lost > 0);
    expect((await traffic.stop()).lost).toBeGreaterThan(0);
  });

  fact('two namespaces with the same files compare equal, with another image they do not', async () => {
    const scenes = await Promise.all([openScene(), openScene(), openScene()]);
    const [one, two, other] = scenes;
    if (one === undefined || two === undefined || other === undefined) throw new Error('three scenes');
    await Promise.all([install(one, web({ version: 'v1' })), install(two, web({ version: 'v1' })), install(other, web({ version: 'v2' }))]);
    expect(await snapshot(one)).toEqual(await snapshot(two));
    expect(await snapshot(one)).not.toEqual(await snapshot(other));
  });

  fact('managers tell who wrote an object', async () => {
    const scene = await openScene();
    await apply(scene, web({ version: 'v1' }), 'server');
    await kubectl(['scale', 'deployment/web', '--replicas=3', '-n', scene.namespace]);
    await kubectl(['annotate', 'service/web', 'a=b', '-n', scene.namespace, '--field-manager=someone']);
    expect(managers((await live(scene.namespace, 'service', 'web')) ?? never())).toEqual(['kubectl Apply', 'someone Update']);
  });

  fact('a proxy counts writes, leaves dry runs out, and passes the rest through', async () => {
    const scene = await openScene();
    const proxy = await startProxy(scene, { before: (method, path) => (method === 'DELETE' && path.includes('forbidden') ? 429 : null) });
    const environment = { KUBECONFIG: proxy.kubeconfig };
    await kubectl(['create', 'configmap', 'a', '-n', scene.namespace, '--dry-run=server'], { environment });
    await kubectl(['create', 'configmap', 'a', '-n', scene.namespace], { environment });
    await kubectl(['delete', 'configmap', 'a', '-n', scene.namespace], { environment });
    expect(proxy.writes()).toEqual([expect.stringMatching(/^POST .*configmaps$/), expect.stringMatching(/^DELETE .*configmaps\/a$/)]);
    await proxy.close();
  });

  fact('kubectl through a proxy that ends connections reports a failure', async () => {
    const scene = await openScene();
    const proxy = await startProxy(scene, { before: method => (method === 'POST' ? 'disconnect' : null) });
    const ended = await run('kubectl', ['create', 'configmap', 'a', '-n', scene.namespace], {
      environment: { KUBECONFIG: proxy.kubeconfig },
    });
    expect(ended.code).not.toBe(0);
    expect(await live(scene.namespace, 'configmap', 'a')).toBeNull();
    await proxy.close();
  });
});

function trafficSplit(weights: Readonly<Record<string, number>>) {
  const backends = Object.entries(weights).map(([role, weight]) => ({ service: `web-${role}`, weight }));
  return {
    apiVersion: `split.smi-spec.io/${servedSmi}`,
    kind: 'TrafficSplit',
    metadata: { name: 'web' },
    spec: { service: 'web', backends },
  };
}

function never(): never {
  throw new Error('the object must be there');
}
