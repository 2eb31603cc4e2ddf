/** Frames of WebSockets (RFC 6455, section 5.2), as far as a port-forward needs them. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** Kinds of frames. */
export const OPCODE = { more: 0, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One frame as it came. */
export interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
}

/** A kubelet sends at most 32 kB at once. */
const MOST_BYTES = 1_000_000;
const SHORT = 126;
const LONG = 127;
const LAST = 0x80;
const MASKED = 0x80;

/** The socket, which ends with the signal: once it has left the pool of connections nobody else closes it. */
export function endingWith(socket: Duplex, signal: AbortSignal): Duplex {
  const end = (): void => void socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
  return socket;
}

/** A frame as a client sends it: masked, with less than 64 kB. */
export function frameOf(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const body = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  const { length } = payload;
  const size = length < SHORT ? [MASKED | length] : [MASKED | SHORT, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([LAST | opcode, ...size]), mask, body]);
}

/** The whole frames at the beginning, and what waits for more. Throws for a frame that is too large, or masked as no server does. */
export function framesIn(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = [];
  let rest = bytes;
  for (let size = sizeOf(rest); size !== null && rest.length >= size.head + size.body; size = sizeOf(rest)) {
    const first = rest[0] ?? 0;
    const end = size.head + size.body;
    frames.push({ opcode: first & 0x0f, isLast: (first & LAST) !== 0, payload: rest.subarray(size.head, end) });
    rest = rest.subarray(end);
  }
  return { frames, rest };
}

/** Null where not even the length has come. */
function sizeOf(bytes: Buffer): { readonly head: number; readonly body: number } | null {
  const [, second] = bytes;
  if (second === undefined) return null;
  const short = second & ~MASKED;
  const head = 2 + (short === LONG ? 8 : short === SHORT ? 2 : 0);
  if (bytes.length < head) return null;
  const body = short === LONG ? Number(bytes.readBigUInt64BE(2)) : short === SHORT ? bytes.readUInt16BE(2) : short;
  if (body > MOST_BYTES || (second & MASKED) !== 0) throw new Error('the answer is no WebSocket of a port-forward');
  return { head, body };
}
