/** The API over HTTP, on a loopback port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { exchange, type Question, type Reply, type Served } from './exchange.ts';

/** A listening server. */
export interface ApiServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts listening; port 0 for a free one. */
export async function serveApi(served: Served, wanted: number): Promise<ApiServer> {
  const server = createServer((request, response) => {
    // What the API does not date, as an answer that breaks off, Node must not date by the machine's clock.
    response.sendDate = false;
    void exchange(served, questionOf(request), replyTo(request, response));
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, wanted);
  return { port, close: () => close(server) };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function questionOf(request: IncomingMessage): Question {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const);
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: Object.fromEntries(headers),
    text: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

function replyTo(request: IncomingMessage, response: ServerResponse): Reply {
  return {
    get isBegun() {
      return response.headersSent;
    },
    begin: (code, headers) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.writeHead(code);
      // A watch begins before there is anything to tell.
      if ('transfer-encoding' in headers) response.flushHeaders();
    },
    write: text => {
      response.write(text);
    },
    end: text => {
      response.end(text);
    },
    cut: () => {
      request.socket.destroy();
    },
    onClose: listener => {
      response.once('close', listener);
    },
  };
}
