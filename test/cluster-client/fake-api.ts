import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Connected, connect } from '../../src/cluster/index.ts';
import type { Time } from '../../src/model/time.ts';

/** How the fake API server answers one request; null breaks the connection. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Lines of a watch, after which the stream stays open. */
  readonly open?: readonly unknown[];
  /** The stream of a watch ends behind its lines. */
  readonly ends?: true;
  /** The connection breaks behind these bytes of a longer body. */
  readonly cut?: string;
}

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A port that speaks HTTP as an API server does. */
export interface FakeApi {
  readonly server: string;
  readonly arrived: readonly Arrived[];
  /** A kubeconfig of this server with the user's fields. */
  kubeconfig(user?: object): string;
  connect(user?: object, onSecret?: (secret: string) => void, onWarning?: (text: string) => void): Promise<Connected>;
  /** Waits by another time than the machine's. */
  connectBy(time: Time, user?: object): Promise<Connected>;
  close(): Promise<void>;
}

const CORE = {
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'secrets', kind: 'Secret', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
  ],
};

/** Starts a fake API server that serves the core group's discovery and leaves the rest to `answer`. */
export async function openFakeApi(answer: (request: Arrived, count: number) => Answer | null): Promise<FakeApi> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then(body => {
      const { authorization } = request.headers;
      const one = { method: request.method ?? '', path: request.url ?? '', authorization, body };
      if (one.path === '/api/v1') return reply(response, { body: CORE });
      arrived.push(one);
      return reply(response, answer(one, arrived.length));
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = (user: object = {}): string => configOf(url, user);
  return {
    server: url,
    arrived,
    kubeconfig,
    connect: (user, onSecret = () => undefined, onWarning = () => undefined) =>
      connect({ kubeconfig: kubeconfig(user), context: null, skipTlsVerify: false, environment: process.env, onSecret, onWarning }),
    connectBy: (time, user) =>
      connect({
        kubeconfig: kubeconfig(user),
        context: null,
        skipTlsVerify: false,
        environment: process.env,
        time,
        onSecret: () => undefined,
        onWarning: () => undefined,
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

/** A kubeconfig with one context "main". */
export function configOf(server: string, user: object): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'demo' } }],
    users: [{ name: 'u', user }],
    'current-context': 'main',
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, answer: Answer | null): void {
  if (answer === null) {
    response.destroy();
    return;
  }
  if (answer.cut !== undefined) {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', 'content-length': 100_000 });
    response.write(answer.cut, () => response.destroy());
    return;
  }
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
  if (answer.open === undefined) {
    response.end(JSON.stringify(answer.body ?? {}));
    return;
  }
  response.write(answer.open.map(line => `${JSON.stringify(line)}\n`).join(''));
  if (answer.ends) response.end();
}
