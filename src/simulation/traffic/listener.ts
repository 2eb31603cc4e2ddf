/** A real HTTP listener that answers for a Service or a route, so that curl shows the split. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { World } from '../controllers/controller.ts';
import { answerOf } from './answer.ts';
import type { DataPlane, Entrance } from './data-plane.ts';
import type { Headers } from './split.ts';

/** A listening server that answers as pods do. */
export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

/** For what and where it listens. */
export interface ListenerOptions {
  readonly namespace: string;
  /** `service/web` or `route/web`. */
  readonly entry: string;
  /** 0 for a free one. */
  readonly port: number;
}

/** Starts listening on the loopback address. */
export function listenFor(world: World, plane: DataPlane, options: ListenerOptions): Promise<Listener> {
  const enter = plane.enter(options.namespace, options.entry);
  const server = createServer((request, response) => respond({ world, enter, options }, request, response));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : options.port;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => new Promise(done => server.close(() => done()).closeAllConnections()) });
    });
  });
}

interface Listening {
  readonly world: World;
  readonly enter: Entrance;
  readonly options: ListenerOptions;
}

function respond({ world, enter, options }: Listening, request: IncomingMessage, response: ServerResponse): void {
  const { to, cookie } = enter(headersOf(request));
  const answer = answerOf(world, options.namespace, to);
  response.setHeader('x-backend-service', to.backend);
  if (cookie !== null) response.setHeader('set-cookie', cookie);
  if (answer === null) {
    response.writeHead(503, { 'content-type': 'text/plain' }).end('no ready endpoint\n');
    return;
  }
  const { pod, image, labels, code } = answer;
  const body = JSON.stringify({ pod, namespace: options.namespace, image, labels, code, path: request.url });
  world.api.clock.after(answer.latencyMilliseconds, () =>
    response.writeHead(code, { 'content-type': 'application/json' }).end(`${body}\n`),
  );
}

function headersOf(request: IncomingMessage): Headers {
  return Object.fromEntries(Object.entries(request.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
