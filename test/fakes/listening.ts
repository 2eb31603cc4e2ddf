/** Servers of this machine whose connections are streams: tunnels, and ports that are forwarded. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** Listens at a port of its own. */
export const listening = (server: Server): Promise<number> =>
  new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

/** Ends a server with its connections, and the streams that it does not count among them. */
export async function closing(server: Server, streams: Iterable<Duplex>): Promise<void> {
  for (const stream of streams) stream.destroy();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
}
