/** A port of a pod as a connection, through the API server and the kubelet: where the API server itself reaches no pod, the kubelet does. */
import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import type { Requests } from './requests.ts';
import { type Frame, frameOf, framesIn, OPCODE } from './web-socket.ts';

/** Which port of which pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** The kubelet's protocol: the first byte of each message is its channel. */
const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
/** The first two bytes of each channel repeat the port. */
const PORT_BYTES = 2;
/** What a frame carries at most. */
const MOST_SENT = 16_384;

/** Opens it. Throws UNREACHABLE where the API server does not let it be opened; the connection itself fails where the pod does not listen. */
export async function forwardPort(requests: Requests, { namespace, pod, port }: PodPort, signal: AbortSignal): Promise<Duplex> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
  const headers = {
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-version': '13',
    'sec-websocket-protocol': PROTOCOL,
  };
  return carried(await requests.upgrade({ path, headers }, signal));
}

/** The data of both directions, in the frames of the socket. */
export function carried(socket: Duplex): Duplex {
  const listening = new Listening();
  const way = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _, done) => {
      for (let at = 0; at < chunk.length; at += MOST_SENT)
        socket.write(frameOf(OPCODE.binary, Buffer.concat([Buffer.from([DATA]), chunk.subarray(at, at + MOST_SENT)])));
      done();
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  const hear = (bytes: Buffer): void => {
    for (const { data, failure, ping, isOver } of listening.hear(bytes)) {
      if (ping) socket.write(frameOf(OPCODE.pong, ping));
      if (failure) way.destroy(new Error(failure));
      if (data && !way.push(data)) socket.pause();
      if (isOver) way.push(null);
    }
  };
  socket.on('data', (bytes: Buffer) => {
    try {
      hear(bytes);
    } catch (error) {
      way.destroy(error as Error);
    }
  });
  socket.on('error', error => way.destroy(error));
  socket.on('close', () => void (way.readableEnded || way.destroyed || way.push(null)));
  return way;
}

/** What a frame or message tells. */
interface Heard {
  readonly data?: Buffer;
  readonly failure?: string;
  readonly ping?: Buffer;
  readonly isOver?: boolean;
}

/** Puts frames together, and takes the port's number away from the beginning of each channel. */
class Listening {
  private rest = Buffer.alloc(0);
  private parts: readonly Buffer[] = [];
  private readonly skipped = new Map<number, number>();

  hear(bytes: Buffer): readonly Heard[] {
    const { frames, rest } = framesIn(Buffer.concat([this.rest, bytes]));
    this.rest = Buffer.from(rest);
    return frames.flatMap(frame => this.told(frame));
  }

  private told({ opcode, isLast, payload }: Frame): readonly Heard[] {
    if (opcode === OPCODE.ping) return [{ ping: payload }];
    if (opcode === OPCODE.close) return [{ isOver: true }];
    if (opcode !== OPCODE.binary && opcode !== OPCODE.more) return [];
    this.parts = [...(opcode === OPCODE.more ? this.parts : []), payload];
    if (!isLast) return [];
    const message = Buffer.concat(this.parts);
    return this.said(message[0] ?? DATA, message.subarray(1));
  }

  private said(channel: number, content: Buffer): readonly Heard[] {
    const skipped = this.skipped.get(channel) ?? 0;
    const own = content.subarray(PORT_BYTES - skipped);
    this.skipped.set(channel, Math.min(PORT_BYTES, skipped + content.length));
    if (own.length === 0) return [];
    return channel === DATA ? [{ data: own }] : [{ failure: own.toString('utf8').slice(0, 200) }];
  }
}
