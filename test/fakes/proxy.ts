/** An HTTP proxy that answers everything itself, and remembers what it was asked for. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AnsweringProxy {
  readonly url: string;
  /** Addresses of plain requests, and "CONNECT host:port". */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts it on a free port of the loopback address. `pages` by address; what is not there is a 404, a tunnel a 403. */
export async function answeringProxy(pages: Readonly<Record<string, string | { readonly to: string }>>): Promise<AnsweringProxy> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const page = pages[url];
    const headers = typeof page === 'object' ? { location: page.to } : {};
    response.writeHead(page === undefined ? 404 : typeof page === 'object' ? 302 : 200, headers);
    response.end(typeof page === 'string' ? page : '');
  });
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise(done => server.close(() => done()));
  };
  return { url: `http://127.0.0.1:${port}`, asked, close };
}
