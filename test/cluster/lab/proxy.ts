import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { certificates, kubeconfigOf, kubeconfigText } from './lab.ts';
import type { Scene } from './scene.ts';

/** A write as it went by: "POST /api/v1/namespaces/x/configmaps". Dry runs, reviews of rights and Events are none. */
export type Write = string;

/** A status to answer with in the API server's place, a broken connection, or null to pass the request on. */
export type Order = number | 'disconnect' | null;

/** What a proxy does about a request before it is passed on, or about a write once it was answered. */
export interface Interference {
  /** Asked before a request is passed on, which waits for the answer. A 429 comes with Retry-After: 1. */
  before?(method: string, path: string): Order | Promise<Order>;
  /** Called when the API server has answered the write and before the client hears of it; the count includes this one. */
  afterWrite?(count: number, write: Write): void | Promise<void>;
}

/** A proxy in front of the lab's API server that counts writes, and a kubeconfig that leads through it. */
export interface Proxy {
  readonly kubeconfig: string;
  writes(): readonly Write[];
  /** Requests that the API server itself answered with 403. */
  forbidden(): readonly Write[];
  close(): Promise<void>;
}

/** Starts a proxy with the API server's own certificate, so that the kubeconfig differs by the port alone. */
export async function startProxy(scene: Scene, interference: Interference = {}, user?: 'deployer'): Promise<Proxy> {
  const upstream = new URL(/server: "?(https:[^",}\s]+)/.exec(await kubeconfigText())?.[1] ?? '');
  const { certificate, key } = await certificates();
  const agent = new Agent({ keepAlive: true, ca: certificate });
  const [writes, forbidden]: [Write[], Write[]] = [[], []];
  const server = createServer({ cert: certificate, key }, (incoming, outgoing) => {
    void pass(incoming, outgoing, { upstream, agent, writes, forbidden, interference });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const login = user === undefined ? await kubeconfigText() : await readFile(kubeconfigOf(user), 'utf8');
  const kubeconfig = await kubeconfigBy(
    scene,
    login.replaceAll(upstream.origin, `https://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
  return {
    kubeconfig,
    writes: () => writes,
    forbidden: () => forbidden,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        agent.destroy();
        server.close(() => resolve());
      }),
  };
}

interface Passage {
  readonly upstream: URL;
  readonly agent: Agent;
  readonly writes: Write[];
  readonly forbidden: Write[];
  readonly interference: Interference;
}

async function pass(incoming: IncomingMessage, outgoing: ServerResponse, passage: Passage): Promise<void> {
  const { method = 'GET', url = '/' } = incoming;
  const order = (await passage.interference.before?.(method, url)) ?? null;
  if (order === 'disconnect') incoming.socket.destroy();
  else if (order !== null) refuse(outgoing, order);
  else forward(incoming, outgoing, passage);
}

function refuse(outgoing: ServerResponse, code: number): void {
  outgoing.writeHead(code, { 'content-type': 'application/json', ...(code === 429 ? { 'retry-after': '1' } : {}) });
  outgoing.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason: 'Injected', message: 'injected by the test' }),
  );
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, passage: Passage): void {
  const { method = 'GET', url = '/', headers } = incoming;
  const onward = request(
    { host: passage.upstream.hostname, port: passage.upstream.port, method, path: url, headers, agent: passage.agent },
    async answer => {
      if (answer.statusCode === 403) passage.forbidden.push(`${method} ${url}`);
      if (isWrite(method, url)) {
        passage.writes.push(`${method} ${url.replace(/\?.*/, '')}`);
        await passage.interference.afterWrite?.(passage.writes.length, passage.writes.at(-1) ?? '');
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

/**
 * Whether a request changes what a rollout goes by. A dry run does not, nor does a review ("selfsubjectaccessreviews"), though both are sent by POST.
 * An Event is sent beside the run, which does not wait for it: who holds it holds nobody.
 */
export function isWrite(method: string, url: string): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && !url.includes('dryRun=') && !/(reviews|\/events)(\?|$)/.test(url);
}

async function kubeconfigBy(scene: Scene, text: string): Promise<string> {
  const path = join(scene.folder, `kubeconfig-${randomBytes(3).toString('hex')}`);
  await writeFile(path, text);
  return path;
}
