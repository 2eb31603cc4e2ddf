import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulation, simulate } from '../../src/simulation/index.ts';
import { send, workload } from './client.ts';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate();
});
afterAll(() => simulation.close());

test('says what kubectl sends where it sends no JSON, and how it comes as JSON', async () => {
  const response = await fetch(`${simulation.url}/api/v1/namespaces/default/configmaps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulation.token}`, 'content-type': 'application/vnd.kubernetes.protobuf' },
    body: 'k8s',
  });
  expect(response.status).toBe(415);
  expect(await response.json()).toMatchObject({
    message: expect.stringMatching(/sends protobuf: add "--dry-run=client -o yaml \| kubectl apply -f -"/),
  });
});

test('answers the second version of OpenAPI as protobuf, which kubectl reads before it takes a List apart', async () => {
  const response = await fetch(`${simulation.url}/openapi/v2`, { headers: { authorization: `Bearer ${simulation.token}` } });
  expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe('0a03322e30');
});

test('goes on where a controller is refused what it makes of one object', async () => {
  const name = 'a'.repeat(253);
  const labels = { app: 'long' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'demo/web:v1' }] } };
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const long = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { selector: { matchLabels: labels }, template } };
  expect((await send(simulation, 'POST', path, long)).code).toBe(201);
  await workload(simulation, 'web', { image: 'demo/web:v1' });
  const ready = async (): Promise<unknown> =>
    ((await send(simulation, 'GET', `${path}/web`)).body.status as { readyReplicas?: number }).readyReplicas;
  while ((await ready()) !== 2) await new Promise(resolve => setTimeout(resolve, 5));
  expect((await send(simulation, 'GET', `${path}/${name}`)).code).toBe(200);
});
