/** A proxy as companies have them: it opens tunnels (CONNECT) and carries nothing else. */
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { closing, listening } from './listening.ts';

/** Where it listens, and where its tunnels are asked to lead. */
export interface Tunnels {
  readonly url: string;
  readonly tunnels: readonly string[];
  close(): Promise<void>;
}

/** Starts it. With a port, each tunnel leads to that port of this machine, whatever host it was asked for. */
export async function startTunnels(to?: number): Promise<Tunnels> {
  const tunnels: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_, answer) => answer.writeHead(405).end());
  server.on('connect', ({ url = '' }, client, head) => {
    tunnels.push(url);
    const [host = '', port] = url.split(':');
    const there = connect(to ?? Number(port), to === undefined ? host : '127.0.0.1', () => {
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
  return { url: `http://127.0.0.1:${port}`, tunnels, close: () => closing(server, sockets) };
}
