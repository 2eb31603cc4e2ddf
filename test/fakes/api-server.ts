/** An API server that tells its kinds and permits nothing else, and remembers what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedFor {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface ForbiddingServer {
  readonly url: string;
  readonly asked: readonly AskedFor[];
  close(): Promise<void>;
}

/** Starts it on a free port of the loopback address. `message` is what it answers, with a 403. */
export async function forbiddingServer(message = 'no'): Promise<ForbiddingServer> {
  const asked: AskedFor[] = [];
  const server = createServer(({ method = '', url = '', headers }, response) => {
    asked.push({ method, path: url, authorization: headers.authorization });
    const kinds = discovery[url.split('?')[0] ?? ''];
    const [code, reason] = url.includes('/namespaces/') ? [403, 'Forbidden'] : [404, 'NotFound'];
    response.writeHead(kinds === undefined ? code : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(kinds ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message }));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise(done => server.close(() => done()));
  };
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

const discovery: Readonly<Record<string, unknown>> = {
  '/api/v1': kindsOf('v1', ['ConfigMap', 'Secret', 'Service', 'Pod']),
  '/apis/apps/v1': kindsOf('apps/v1', ['Deployment', 'ReplicaSet']),
};

function kindsOf(groupVersion: string, kinds: readonly string[]): unknown {
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
  const resources = kinds.map(kind => ({
    name: `${kind.toLowerCase()}s`,
    singularName: kind.toLowerCase(),
    namespaced: true,
    kind,
    verbs,
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

/** A kubeconfig for a server, with a token. */
export function kubeconfigFor(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'here', cluster: { server } }],
    users: [{ name: 'here', user: { token } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'here', namespace: 'of-context' } }],
  });
}
