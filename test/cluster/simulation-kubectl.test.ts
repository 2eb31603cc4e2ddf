import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulation, simulate } from '../../src/simulation/index.ts';

let simulation: Simulation;
let directory: string;
beforeAll(async () => {
  simulation = await simulate();
  directory = mkdtempSync(join(tmpdir(), 'simulation-'));
  writeFileSync(join(directory, 'kubeconfig'), simulation.kubeconfig);
});
afterAll(async () => {
  await simulation.close();
  rmSync(directory, { recursive: true });
});

async function kubectl(...args: readonly string[]): Promise<string> {
  const environment = { ...process.env, KUBECONFIG: join(directory, 'kubeconfig'), HOME: directory };
  const { stdout } = await promisify(execFile)('kubectl', args, { env: environment });
  return stdout.trim();
}

function file(image: string): string {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image, env: [{ name: 'A', value: '1' }] }] } };
  const path = join(directory, 'web.json');
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
  writeFileSync(path, JSON.stringify(deployment));
  return path;
}

test('kubectl applies, waits for the rollout, looks, scales, sets, undoes and deletes on the simulated cluster', async () => {
  expect(await kubectl('apply', '--server-side', '-f', file('demo/web:v1'))).toBe('deployment.apps/web serverside-applied');
  expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=300s')).toContain('successfully rolled out');
  expect(await kubectl('get', 'deployment', 'web', '--no-headers')).toMatch(/^web +2\/2 +2 +2 /);
  expect(await kubectl('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.phase}')).toBe('Running Running');
  expect(await kubectl('scale', 'deployment/web', '--replicas=3')).toBe('deployment.apps/web scaled');
  expect(await kubectl('wait', '--for=jsonpath={.status.readyReplicas}=3', 'deployment/web', '--timeout=300s')).toContain('condition met');
  expect(await kubectl('set', 'image', 'deployment/web', 'web=demo/web:v2')).toBe('deployment.apps/web image updated');
  expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=300s')).toContain('successfully rolled out');
  expect(await kubectl('rollout', 'undo', 'deployment/web')).toBe('deployment.apps/web rolled back');
  expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=300s')).toContain('successfully rolled out');
  expect(await kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe('demo/web:v1');
  expect(await kubectl('delete', 'deployment', 'web')).toContain('"web" deleted');
  expect(await kubectl('get', 'deployments', '-o', 'name')).toBe('');
});

test('kubectl apply on the client side changes what the file changed and takes away what it dropped', async () => {
  await kubectl('apply', '-f', file('demo/web:v1'));
  expect(await kubectl('apply', '-f', file('demo/web:v1'))).toBe('deployment.apps/web unchanged');
  await kubectl('set', 'env', 'deployment/web', 'B=2');
  const path = file('demo/web:v2');
  expect(await kubectl('apply', '-f', path)).toBe('deployment.apps/web configured');
  const container = await kubectl(
    'get',
    'deployment',
    'web',
    '-o',
    'jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env[*].name}',
  );
  expect(container).toBe('demo/web:v2 A B');
});
