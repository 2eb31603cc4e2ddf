/** An HTTP proxy in front of an API server that does to every request what a test says, as a broken network would. */
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DirectAnswer, Simulation } from '../../src/simulation/index.ts';

/** A request as the proxy sees it. */
export interface Passing {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly is: 'watch' | 'read' | 'write';
}

/**
 * What becomes of a request. `lost`: the connection ends before it is passed on; `unheard`: after it was done, and before the answer. `reset`
 * and `truncated`: the answer breaks off in its middle, by a reset or by an end. `swallowed` and `mute`: a half-open connection, before and
 * behind the deed; `stalled`: one that is silent from the middle of the answer on. `closed`, `silent`, `gone`: a watch that ends at once, that
 * never says anything, that is too old. `stale`: what the same read was answered before.
 */
export type Fault =
  | 'lost'
  | 'unheard'
  | 'reset'
  | 'truncated'
  | 'swallowed'
  | 'mute'
  | 'stalled'
  | 'closed'
  | 'silent'
  | 'gone'
  | 'stale'
  | { readonly lateMilliseconds: number; readonly before: boolean }
  | { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> };

export interface FaultProxy {
  readonly url: string;
  /** Method and path of the writes that were passed on. */
  readonly writes: readonly string[];
  /** Cuts every connection, now and from now on, as when the machine behind them is gone. */
  cut(): void;
  close(): Promise<void>;
}

export interface Faults {
  /** The API server. */
  readonly ask: Simulation['ask'];
  faultOf(passing: Passing): Fault | null;
  /** Called when a write was done, before its answer is passed on. */
  onWrite?(count: number): void;
  /** Waits by the time of the test. */
  after(milliseconds: number): Promise<void>;
}

/** Starts it on a free port of the loopback address. */
export async function faultProxy(faults: Faults): Promise<FaultProxy> {
  const line: Line = { ...faults, writes: [], answers: new Map(), isCut: false };
  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    if (line.isCut) incoming.socket.destroy();
    else pass(incoming, outgoing, line).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    line.isCut = true;
    server.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    writes: line.writes,
    cut,
    close: async () => {
      cut();
      await new Promise(done => server.close(done));
    },
  };
}

interface Line extends Faults {
  readonly writes: string[];
  readonly answers: Map<string, Answer>;
  isCut: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers: DirectAnswer['headers'];
  readonly body: Buffer;
}

async function pass(incoming: IncomingMessage, outgoing: ServerResponse, line: Line): Promise<void> {
  const { method = 'GET', url: path = '/' } = incoming;
  const isWrite = method !== 'GET' && !path.includes('dryRun=');
  const passing: Passing = { method, path, is: isWrite ? 'write' : path.includes('watch=true') ? 'watch' : 'read' };
  const body = await bytesOf(incoming);
  const fault = line.faultOf(passing);
  if (isBefore(fault)) return instead(fault, incoming, outgoing);
  if (isLate(fault) && fault.before) await line.after(fault.lateMilliseconds);
  // What was on its way when the machine went does not arrive; whoever hung up meanwhile is served all the same.
  if (line.isCut) return;
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const answer = await line.ask({ method, path, headers, body: body.toString('utf8') });
  if (passing.is === 'watch') await watched(answer, outgoing, fault === 'stalled');
  else await behind(fault, await noted(answer, passing, line), { incoming, outgoing, line });
}

/** The answer, and the one before it to the same read. */
async function noted(answer: DirectAnswer, { method, path, is }: Passing, { writes, answers, onWrite }: Line): Promise<Answers> {
  const now = await wholeOf(answer);
  const before = answers.get(path) ?? now;
  if (method === 'GET') answers.set(path, now);
  if (is === 'write') onWrite?.(writes.push(`${method} ${path.replace(/\?.*/, '')}`));
  return { now, before };
}

interface Answers {
  readonly now: Answer;
  readonly before: Answer;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly line: Line;
}

/** What becomes of an answer. */
async function behind(fault: Fault | null, { now, before }: Answers, { incoming, outgoing, line }: Exchange): Promise<void> {
  if (isLate(fault) && !fault.before) await line.after(fault.lateMilliseconds);
  if (fault === 'unheard') incoming.socket.destroy();
  else if (fault === 'reset' || fault === 'truncated' || fault === 'stalled') half(fault, now, outgoing);
  else if (fault !== 'mute') reply(fault === 'stale' ? before : now, outgoing);
}

type Before = 'lost' | 'swallowed' | 'closed' | 'silent' | 'gone' | Extract<Fault, { readonly status: number }>;

const isBefore = (fault: Fault | null): fault is Before =>
  typeof fault === 'string' ? ['lost', 'swallowed', 'closed', 'silent', 'gone'].includes(fault) : fault !== null && 'status' in fault;

const isLate = (fault: Fault | null): fault is Extract<Fault, { readonly before: boolean }> =>
  typeof fault === 'object' && fault !== null && 'before' in fault;

function instead(fault: Before, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (fault === 'lost') incoming.socket.destroy();
  else if (typeof fault === 'object')
    outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.text);
  else if (fault !== 'swallowed') lines(fault, outgoing);
}

/** A watch that never was one. */
function lines(fault: 'closed' | 'silent' | 'gone', outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': 'application/json' });
  outgoing.flushHeaders();
  const object = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old resource version' };
  if (fault === 'gone') outgoing.write(`${JSON.stringify({ type: 'ERROR', object })}\n`);
  if (fault !== 'silent') outgoing.end();
}

async function watched({ code, headers, body, end }: DirectAnswer, outgoing: ServerResponse, isStalled: boolean): Promise<void> {
  outgoing.writeHead(code, headers as OutgoingHttpHeaders);
  outgoing.flushHeaders();
  outgoing.on('close', () => end());
  let isSilent = false;
  for await (const piece of body) {
    if (!isSilent) outgoing.write(piece);
    isSilent = isStalled;
  }
  outgoing.end();
}

function half(fault: 'reset' | 'truncated' | 'stalled', { status, headers, body }: Answer, outgoing: ServerResponse): void {
  outgoing.writeHead(status, { ...headers, 'content-length': String(body.length + 1) });
  outgoing.write(body.subarray(0, body.length / 2), () => {
    if (fault === 'reset') outgoing.socket?.resetAndDestroy();
    if (fault === 'truncated') outgoing.socket?.destroy();
  });
}

function reply({ status, headers, body }: Answer, outgoing: ServerResponse): void {
  outgoing.writeHead(status, { ...headers, 'content-length': String(body.length) }).end(body);
}

async function wholeOf({ code, headers, body }: DirectAnswer): Promise<Answer> {
  let text = '';
  for await (const piece of body) text += piece;
  return { status: code, headers, body: Buffer.from(text) };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
