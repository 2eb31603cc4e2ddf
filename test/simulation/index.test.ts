import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Simulation, type SimulationOptions, simulate, virtualClock } from '../../src/simulation/index.ts';
import { definition, send, workload } from './client.ts';

const running: Simulation[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(simulation => simulation.close()));
});

async function started(options: SimulationOptions = {}): Promise<{ simulation: Simulation; clock: ReturnType<typeof virtualClock> }> {
  const clock = virtualClock();
  const simulation = await simulate({ clock, ...options });
  running.push(simulation);
  return { simulation, clock };
}

/** Bytes in use, without what is garbage by now. */
function held(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

describe('a simulated cluster', () => {
  test('starts in under 50 ms of work', async () => {
    await started();
    const times: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const began = process.cpuUsage();
      await started();
      const { user, system } = process.cpuUsage(began);
      times.push((user + system) / 1000);
    }
    expect(Math.min(...times)).toBeLessThan(50);
  });

  test('holds 1,000 ready pods in under 200 MB', async () => {
    const before = held();
    const { simulation, clock } = await started();
    await workload(simulation, 'web', { image: 'demo/web:v1', replicas: 1000 });
    await clock.advance(5000);
    const { body } = await send(simulation, 'GET', '/apis/apps/v1/namespaces/default/deployments/web');
    expect(body.status).toMatchObject({ availableReplicas: 1000 });
    expect((held() - before) / 1e6).toBeLessThan(200);
  });

  test('serves a CRD that is there from the start', async () => {
    const { simulation } = await started({ crds: [definition('example.test', 'v1', 'Thing', 'things') as never] });
    const { code, body } = await send(simulation, 'GET', '/apis/example.test/v1/things');
    expect([code, body.kind]).toEqual([200, 'ThingList']);
  });

  test('dates the fields of a manager anew when he sets a value, and not when he writes what is there or only takes away', async () => {
    const { simulation, clock } = await started();
    const path = '/api/v1/namespaces/default/configmaps';
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } };
    const dated = async (data: Readonly<Record<string, string>>): Promise<unknown> => {
      await clock.advance(5000);
      const { body } = await send(simulation, 'PUT', `${path}/web?fieldManager=me`, { ...object, data });
      return (body.metadata as { managedFields: readonly { time: string }[] }).managedFields[0]?.time;
    };
    await send(simulation, 'POST', `${path}?fieldManager=me`, { ...object, data: { a: '1', b: '1' } });
    const first = await dated({ a: '1', b: '1' });
    const second = await dated({ a: '2', b: '1' });
    expect(second).not.toBe(first);
    expect(await dated({ a: '2' })).toBe(second);
  });

  test('takes the token from the path of the kubeconfig too, since kubectl sends none over HTTP', async () => {
    const { simulation } = await started();
    const config = JSON.parse(simulation.kubeconfig) as { clusters: { cluster: { server: string } }[] };
    const response = await fetch(`${config.clusters[0]?.cluster.server}/api/v1/namespaces/default`);
    expect(response.status).toBe(200);
  });

  test('lets nobody in without a token', async () => {
    const { simulation } = await started();
    const { code, body } = await send({ url: simulation.url, token: 'wrong' }, 'GET', '/api/v1/namespaces');
    expect([code, body.reason]).toEqual([401, 'Unauthorized']);
  });

  test('allows a user what its roles say and names the rest as the API does', async () => {
    const { simulation } = await started({ users: ['deployer'] });
    const token = /"token": "([^"]+)"/.exec(simulation.kubeconfigFor('deployer'))?.[1] ?? '';
    const deployer = { url: simulation.url, token };
    const refused = await send(deployer, 'GET', '/api/v1/namespaces/default/pods');
    expect(refused.body.message).toBe(
      'pods is forbidden: User "deployer" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const head = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'reader' } };
    await send(simulation, 'POST', `${rbac}/roles`, {
      ...head,
      kind: 'Role',
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
    });
    await send(simulation, 'POST', `${rbac}/rolebindings`, {
      ...head,
      kind: 'RoleBinding',
      roleRef: { kind: 'Role', name: 'reader', apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ kind: 'User', name: 'deployer' }],
    });
    expect((await send(deployer, 'GET', '/api/v1/namespaces/default/pods')).code).toBe(200);
    expect((await send(deployer, 'POST', '/api/v1/namespaces/default/pods', {})).code).toBe(403);
  });

  test('answers a watch from a forgotten version with 410', async () => {
    const { simulation } = await started();
    const { body } = await send(simulation, 'GET', '/api/v1/configmaps');
    await send(simulation, 'POST', '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
    });
    simulation.compact();
    const version = (body.metadata as { resourceVersion: string }).resourceVersion;
    const events = await send(simulation, 'GET', `/api/v1/configmaps?watch=true&resourceVersion=${version}`);
    expect(events.body).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });

  test('takes the content of a deleted namespace along', async () => {
    const { simulation, clock } = await started();
    await send(simulation, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gone' } });
    await send(simulation, 'POST', '/api/v1/namespaces/gone/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    await send(simulation, 'DELETE', '/api/v1/namespaces/gone');
    await clock.advance(100);
    expect((await send(simulation, 'GET', '/api/v1/namespaces/gone')).code).toBe(404);
    expect((await send(simulation, 'GET', '/api/v1/configmaps?fieldSelector=metadata.namespace%3Dgone')).body.items).toEqual([]);
  });

  test('scales by the metric that is set by hand, within the bounds', async () => {
    const { simulation, clock } = await started();
    await workload(simulation, 'web', { image: 'demo/web:v1' });
    const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 5 };
    await send(simulation, 'POST', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec,
    });
    simulation.setMetric('default/web', 160);
    await clock.advance(1100);
    const replicas = async (): Promise<unknown> =>
      ((await send(simulation, 'GET', '/apis/apps/v1/namespaces/default/deployments/web')).body.spec as { replicas: number }).replicas;
    expect(await replicas()).toBe(4);
    await clock.advance(2000);
    expect(await replicas()).toBe(5);
  });

  test('cuts a connection before a write is done, or after it, as a test asks', async () => {
    let fate: 'answer' | 'cut-before' | 'cut-after' = 'cut-before';
    const { simulation } = await started({ intercept: ({ method }) => (method === 'POST' ? fate : 'answer') });
    const post = (name: string): Promise<unknown> =>
      send(simulation, 'POST', '/api/v1/namespaces/default/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    await expect(post('before')).rejects.toThrow();
    fate = 'cut-after';
    await expect(post('after')).rejects.toThrow();
    expect((await send(simulation, 'GET', '/api/v1/namespaces/default/configmaps/before')).code).toBe(404);
    expect((await send(simulation, 'GET', '/api/v1/namespaces/default/configmaps/after')).code).toBe(200);
  });
});
