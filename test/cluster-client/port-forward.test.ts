/** Pages of pods that the API server does not reach, as in private clusters: they come through the kubelet. */
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { connect } from '../../src/cluster/index.ts';
import { framesIn } from '../../src/cluster/web-socket.ts';
import { kubeconfigFor } from '../fakes/api-server.ts';
import { type Kubelet, startKubelet } from '../fakes/kubelet.ts';
import { listening } from '../fakes/listening.ts';
import { startTunnels } from '../fakes/tunnels.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const PAGE = `http_requests_total{code="200"} 7\n${'# filler\n'.repeat(20_000)}`;

/** A pod with a page of 180 kB, its port, and a look at pages through an API server. */
async function opened(options?: { readonly mayForward?: boolean; readonly unanswered?: number; readonly proxy?: string }) {
  let hears: () => void = () => undefined;
  const asked = new Promise<void>(resolve => {
    hears = resolve;
  });
  const pod: Server = createServer(({ url, headers }, answer) => {
    if (url === '/endless') hears();
    else if (url === '/teapot') answer.writeHead(418, { 'content-type': 'text/plain' }).end(`for ${headers['x-tenant']}`);
    else if (url === '/metrics?all') answer.end(PAGE);
    else answer.writeHead(404).end();
  });
  const port = await listening(pod);
  const kubelet: Kubelet = await startKubelet(options);
  const told: string[] = [];
  const { page, cluster, close } = await connect({
    kubeconfig: kubeconfigFor(kubelet.server, 'a-token').replace(
      '"server"',
      `${options?.proxy ? `"proxy-url":"${options.proxy}",` : ''}"server"`,
    ),
    context: null,
    skipTlsVerify: false,
    environment: {},
    onSecret: () => undefined,
    onWarning: text => told.push(text),
  });
  open.push(close, kubelet.close, () => new Promise(resolve => pod.close(resolve)));
  const read = (at = port, path = '/metrics?all') => page(`/api/v1/namespaces/shop/pods/web-1:${at}/proxy${path}`);
  const ask = (at = port, path = '/teapot', mostMilliseconds = 2000) =>
    cluster.askPod?.({ namespace: 'shop', pod: 'web-1', port: at, path, headers: { 'X-Tenant': 'acme' }, mostMilliseconds });
  return { read, ask, port, told, forwards: kubelet.forwards, close, asked };
}

test('a page is read by port-forward where the proxy does not reach the pod, and it is said once', async () => {
  const { read, port, told, forwards } = await opened();
  expect([await read(), await read()]).toEqual([PAGE, PAGE]);
  expect(forwards).toEqual(Array(2).fill(`/api/v1/namespaces/shop/pods/web-1/portforward?ports=${port}`));
  expect(told).toEqual([expect.stringContaining('read by port-forward')]);
});

test('a pod that does not listen, or has no such page, is told by what it answered, and others are read', async () => {
  const { read } = await opened();
  await read();
  await expect(read(1)).rejects.toMatchObject({ code: 'API_ERROR', message: expect.stringContaining('error forwarding port 1') });
  await expect(read(undefined, '/nothing')).rejects.toMatchObject({ message: 'pod web-1 answered 404' });
  expect(await read()).toBe(PAGE);
});

test('where the first pod answers neither way the next one is tried', async () => {
  const { read } = await opened();
  await expect(read(1)).rejects.toMatchObject({ message: expect.stringContaining('error trying to reach service') });
  expect(await read()).toBe(PAGE);
});

test('where no port-forward is allowed it is asked for once, and the proxy’s words stay', async () => {
  const { read, told, forwards } = await opened({ mayForward: false });
  for (const _ of [1, 2]) await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('error trying to reach service') });
  expect(forwards).toHaveLength(1);
  expect(told).toEqual([]);
});

test('a page that never ends is given up when the connection to the API server is closed', async () => {
  const { read, close, asked } = await opened();
  await read();
  const endless = read(undefined, '/endless').catch((error: unknown) => error);
  await asked;
  await close();
  expect(await endless).toMatchObject({ message: expect.stringContaining('web-1') });
});

test('a question to a pod goes the same way, with its headers, and whatever is answered is an answer', async () => {
  const { ask, read, forwards, told } = await opened();
  expect(await ask()).toMatchObject({ status: 418, text: 'for acme' });
  expect(await read()).toBe(PAGE);
  expect([forwards.length, told]).toEqual([2, [expect.stringContaining('read by port-forward')]]);
});

test('a question that no pod answers is told by both ways, and others are asked by port-forward all the same', async () => {
  const { ask } = await opened();
  await expect(ask(1)).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('error trying to reach service') });
  expect(await ask()).toMatchObject({ status: 418 });
  await expect(ask(1)).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringMatching(/^by port-forward, at port 1: pod web-1: error forwarding port 1/),
  });
  await expect(ask(undefined, '/endless', 50)).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('no answer within 50 ms'),
  });
});

test('a port-forward that one node never answers leaves it open for the pods of others', async () => {
  const { ask, told } = await opened({ unanswered: 1 });
  await expect(ask(undefined, '/teapot', 50)).rejects.toMatchObject({ message: expect.stringContaining('error trying to reach service') });
  expect(await ask()).toMatchObject({ status: 418 });
  expect(told).toEqual([expect.stringContaining('read by port-forward')]);
});

test('a port-forward goes through the proxy that stands before the API server', async () => {
  const { url, tunnels, close } = await startTunnels();
  open.push(close);
  const { ask, read } = await opened({ proxy: url });
  expect(await ask()).toMatchObject({ status: 418 });
  expect(await read()).toBe(PAGE);
  expect(tunnels.length).toBeGreaterThan(0);
});

test('an answer by the proxy that has no end is told as one, and not as a port-forward', async () => {
  const server = createServer((_, answer) => answer.end(Buffer.alloc(5_000_001)));
  const url = `http://127.0.0.1:${await listening(server)}`;
  open.push(() => new Promise(resolve => server.close(resolve)));
  const { cluster, close } = await connect({
    kubeconfig: kubeconfigFor(url, 'a-token'),
    context: null,
    skipTlsVerify: false,
    environment: {},
    onSecret: () => undefined,
  });
  open.push(close);
  const question = { namespace: 'shop', pod: 'web-1', port: '80', path: '/', headers: {}, mostMilliseconds: 2000 };
  await expect(cluster.askPod?.(question)).rejects.toMatchObject({
    code: 'API_ERROR',
    message: 'the answer of pod web-1 has more than 5 MB',
    hint: 'Serve fewer series.',
  });
});

test('a frame that claims to be larger than any of a kubelet, or is masked, ends the connection', () => {
  const long = Buffer.concat([Buffer.from([0x82, 127]), Buffer.alloc(8, 0x01)]);
  for (const bytes of [long, Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0])]) expect(() => framesIn(bytes)).toThrow('no WebSocket');
  expect(framesIn(Buffer.from([0x82, 126, 0]))).toMatchObject({ frames: [], rest: { length: 3 } });
});
