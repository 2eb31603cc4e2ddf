import { createServer } from 'node:http';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { expect, test } from '@jest/globals';
import { connect } from '../../src/cluster/index.ts';
import { configOf, openFakeApi } from './fake-api.ts';

test('requests go through the proxy that the cluster names', async () => {
  const api = await openFakeApi(() => ({ body: { metadata: { name: 'c' } } }));
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    const upstream = connectSocket(Number(new URL(api.server).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
  await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const kubeconfig = configOf('http://kube.example.com:6443', {}).replace('"server"', `"proxy-url":"${url}","server"`);

  const connected = await connect({ kubeconfig, context: null, skipTlsVerify: false, environment: {}, onSecret: () => undefined });
  expect((await connected.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c' }))?.metadata.name).toBe('c');
  expect(tunnels[0]).toBe('kube.example.com:6443');

  await connected.close();
  proxy.closeAllConnections();
  proxy.close();
  await api.close();
});

test('a proxy that closes the connection at CONNECT is named', async () => {
  const proxy = createServer().on('connect', (_, socket) => socket.destroy());
  await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const kubeconfig = configOf('https://kube.example.com:6443', {}).replace('"server"', `"proxy-url":"${url}","server"`);
  const connected = await connect({ kubeconfig, context: null, skipTlsVerify: false, environment: {}, onSecret: () => undefined });
  await expect(connected.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c' })).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: `The proxy ${url} in front of the API server https://kube.example.com:6443 closes the connection when asked to connect there.`,
  });
  await connected.close();
  proxy.close();
});
