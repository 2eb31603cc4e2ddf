import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runBundle } from '../bundle.ts';
import { forbiddingServer, kubeconfigFor } from '../fakes/api-server.ts';

const config = (namespace: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web${namespace}}\n`;

test('an object that stands there with its namespace and without is there twice, and nothing is asked of the cluster', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'rollout-'));
  const server = await forbiddingServer();
  await writeFile(join(cwd, 'web.yaml'), `${config('')}---\n${config(', namespace: shop')}`);
  await writeFile(join(cwd, 'kubeconfig'), kubeconfigFor(server.url, 'token-of-the-test'));
  const args = ['deploy', 'web.yaml', '--namespace', 'shop', '--kubeconfig', 'kubeconfig'];
  const { code, text } = await runBundle('cli', { args, cwd });
  await server.close();
  expect({ code, text }).toEqual({
    code: 1,
    text: expect.stringContaining('INVALID_MANIFEST: ConfigMap shop/web is there twice: web.yaml:1 and web.yaml:5'),
  });
  expect(server.asked).toEqual([]);
});
