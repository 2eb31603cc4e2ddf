/** What is under way in this process and no clock tells of: bytes between its own sockets, connections, files, child processes. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import process from 'node:process';

/** Looks at the process from now on. */
export interface Stillness {
  /** Whether nothing is under way; two looks in a row see the same bytes. */
  isStill(): boolean;
  close(): void;
}

/** The two ends of a connection that begins and ends in this process. */
interface Pair {
  client?: Socket;
  server?: Socket;
}

/** Work of the thread pool and of other processes, as Node names it. */
const foreignWork = /^(FSReq|GetAddrInfo|ProcessWrap|Zlib|WorkerThread)/;

/** A reader that takes nothing for so long has stopped reading: what it leaves does not stop time for ever. */
const patienceMilliseconds = 5000;

/** Begins to look. */
export function openStillness(): Stillness {
  const pairs = new Map<string, Pair>();
  const connecting = new Set<Socket>();
  const pairOf = (key: string): Pair => {
    const pair = pairs.get(key) ?? {};
    pairs.set(key, pair);
    return pair;
  };
  const onClient = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    connecting.add(socket);
    socket.once('close', () => connecting.delete(socket));
    socket.once('connect', () => {
      connecting.delete(socket);
      pairOf(`${socket.localPort} ${socket.remotePort}`).client = socket;
    });
  };
  const onServer = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    pairOf(`${socket.remotePort} ${socket.localPort}`).server = socket;
  };
  subscribe('net.client.socket', onClient);
  subscribe('net.server.socket', onServer);
  const flow = { bytes: -1, since: 0 };
  return {
    isStill: () => {
      const seen = lookAt(pairs);
      const isMoving = seen.bytes !== flow.bytes;
      if (isMoving) Object.assign(flow, { bytes: seen.bytes, since: performance.now() });
      const isStuck = performance.now() - flow.since > patienceMilliseconds;
      if (isMoving || (!isStuck && (connecting.size > 0 || !seen.isArrived))) return false;
      return !process.getActiveResourcesInfo().some(name => foreignWork.test(name));
    },
    close: () => {
      unsubscribe('net.client.socket', onClient);
      unsubscribe('net.server.socket', onServer);
    },
  };
}

/** How many bytes have gone over all pairs, and whether all of them have arrived; forgets pairs of which both ends are closed. */
function lookAt(pairs: Map<string, Pair>): { readonly bytes: number; readonly isArrived: boolean } {
  let [bytes, isArrived] = [0, true];
  for (const [key, { client, server }] of pairs) {
    if (isClosed(client) && isClosed(server)) pairs.delete(key);
    // The other end of a server's connection may be another process; a client's is yet to be taken in.
    else if (client !== undefined) {
      bytes += client.bytesRead + (server?.bytesRead ?? 0);
      if (client.destroyed !== server?.destroyed || !hasArrived(client, server) || !hasArrived(server, client)) isArrived = false;
    }
  }
  return { bytes, isArrived };
}

const isClosed = (socket: Socket | undefined): boolean => socket?.destroyed ?? true;

const hasArrived = (from: Socket, to: Socket): boolean => (from.bytesWritten ?? 0) === to.bytesRead;
