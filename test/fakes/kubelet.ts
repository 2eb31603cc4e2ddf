/** An API server that reaches no pod itself, and a kubelet behind it that forwards ports as the real one does over WebSockets (v4.channel.k8s.io). */
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { closing, listening } from './listening.ts';

/** Where it listens, and whether it forwards ports. */
export interface Kubelet {
  readonly server: string;
  /** The addresses of the port-forwards that were asked for. */
  readonly forwards: readonly string[];
  close(): Promise<void>;
}

const AWAY = { kind: 'Status', status: 'Failure', message: 'error trying to reach service: i/o timeout', code: 503 };

/** Starts it; ports of pods are ports of this machine. The first `unanswered` port-forwards are never answered. */
export async function startKubelet({ mayForward = true, unanswered = 0 } = {}): Promise<Kubelet> {
  const forwards: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_, answer) => answer.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(AWAY)));
  server.on('upgrade', ({ url = '' }, socket) => {
    forwards.push(url);
    sockets.add(socket);
    if (forwards.length <= unanswered) return null;
    if (!mayForward) return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    return forward(socket, Number(new URL(url, 'http://api').searchParams.get('ports')));
  });
  const port = await listening(server);
  return { server: `http://127.0.0.1:${port}`, forwards, close: () => closing(server, sockets) };
}

/** Both channels begin with an empty message and the port; the data comes in pieces, a ping between them. */
function forward(socket: Duplex, port: number): void {
  const number = Buffer.from([port & 0xff, port >> 8]);
  for (const channel of [0, 1]) for (const bytes of [Buffer.alloc(0), number]) socket.write(message(channel, bytes));
  const pod = connect(port, '127.0.0.1');
  pod.on('error', error => socket.write(message(1, Buffer.from(`error forwarding port ${port}: ${error.message}`))));
  pod.on('data', bytes => {
    const half = bytes.length >> 1;
    socket.write(
      Buffer.concat([frame(0x02, Buffer.concat([Buffer.from([0]), bytes.subarray(0, half)])), frame(0x89, Buffer.from('hello'))]),
    );
    socket.write(frame(0x80, bytes.subarray(half)));
  });
  pod.on('end', () => socket.end(frame(0x88, Buffer.alloc(0))));
  socket.on('data', (bytes: Buffer) => {
    for (const { opcode, payload } of unmasked(bytes)) if (opcode === 2 && payload[0] === 0) pod.write(payload.subarray(1));
  });
  socket.on('error', () => pod.destroy());
  socket.on('close', () => pod.destroy());
}

const message = (channel: number, bytes: Buffer): Buffer => frame(0x82, Buffer.concat([Buffer.from([channel]), bytes]));

function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const long = Buffer.alloc(length < 65_536 ? 4 : 10);
  long.set([first, length < 65_536 ? 126 : 127]);
  if (length < 65_536) long.writeUInt16BE(length, 2);
  else long.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([long, payload]);
}

/** Frames of a client, which come whole as long as they are small. */
function unmasked(bytes: Buffer): readonly { readonly opcode: number; readonly payload: Buffer }[] {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 6) return [];
  const length = (second & 0x7f) === 126 ? bytes.readUInt16BE(2) : second & 0x7f;
  const head = (second & 0x7f) === 126 ? 4 : 2;
  const mask = bytes.subarray(head, head + 4);
  const payload = Buffer.from(bytes.subarray(head + 4, head + 4 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return [{ opcode: first & 0x0f, payload }, ...unmasked(bytes.subarray(head + 4 + length))];
}
