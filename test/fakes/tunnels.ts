/** A proxy as companies have them: it opens tunnels (CONNECT) and carries nothing else. */
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { listening } from './kubelet.ts';

/** Where it listens, and where its tunnels lead. */
export interface Tunnels {
  readonly url: string;
  readonly tunnels: readonly string[];
  close(): Promise<void>;
}

/** Starts it. */
export async function startTunnels(): Promise<Tunnels> {
  const tunnels: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_, answer) => answer.writeHead(405).end());
  server.on('connect', ({ url = '' }, client, head) => {
    tunnels.push(url);
    const [host = '', port] = url.split(':');
    const there = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      there.write(head);
      client.pipe(there).pipe(client);
    });
    for (const socket of [client, there]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  const port = await listening(server);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, tunnels, close };
}
