import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { connect } from '../../src/cluster/index.ts';
import { listening } from '../fakes/listening.ts';
import { startTunnels } from '../fakes/tunnels.ts';
import { configOf, openFakeApi } from './fake-api.ts';

test('requests go through the proxy that the cluster names', async () => {
  const api = await openFakeApi(() => ({ body: { metadata: { name: 'c' } } }));
  const proxy = await startTunnels(Number(new URL(api.server).port));
  const kubeconfig = configOf('http://kube.example.com:6443', {}).replace('"server"', `"proxy-url":"${proxy.url}","server"`);

  const connected = await connect({ kubeconfig, context: null, skipTlsVerify: false, environment: {}, onSecret: () => undefined });
  expect((await connected.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c' }))?.metadata.name).toBe('c');
  expect(proxy.tunnels[0]).toBe('kube.example.com:6443');

  await connected.close();
  await proxy.close();
  await api.close();
});

test('a proxy that closes the connection at CONNECT is named', async () => {
  const proxy = createServer().on('connect', (_, socket) => socket.destroy());
  const url = `http://127.0.0.1:${await listening(proxy)}`;
  const kubeconfig = configOf('https://kube.example.com:6443', {}).replace('"server"', `"proxy-url":"${url}","server"`);
  const connected = await connect({ kubeconfig, context: null, skipTlsVerify: false, environment: {}, onSecret: () => undefined });
  await expect(connected.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c' })).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: `The proxy ${url} in front of the API server https://kube.example.com:6443 closes the connection when asked to connect there.`,
  });
  await connected.close();
  proxy.close();
});
