import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import { RolloutError } from '../errors.ts';
import type { Time } from '../model/time.ts';
import type { Access } from './access.ts';
import { type Clock, openClock } from './clock.ts';
import type { Credential, Credentials } from './credentials.ts';
import { faultOf, type Route, unreachable } from './faults.ts';
import { limit } from './limit.ts';
import { WHOLE_SECONDS } from './patience.ts';
import { type Fate, next, type Outcome, secondsIn } from './retry.ts';
import { refusal, type Subject } from './status.ts';
import { textOf } from './text.ts';
import type { Message, Reply, Transport } from './transport.ts';
import type { Hear } from './warnings.ts';
import { endingWith } from './web-socket.ts';

/** A request, what it is about, and whether it may be sent twice. */
export interface Call extends Message {
  readonly about: Subject;
  readonly repeatable: boolean;
  /** Looks whether a request of unknown fate arrived: the answer's text, or null to send it again. */
  arrived?(): Promise<string | null>;
}

/** Sends requests until they are answered; what the server refuses is thrown as a RolloutError. */
export interface Requests {
  /** The body of the 2xx answer, parsed from JSON. */
  json(call: Call): Promise<unknown>;
  /** An answer whose body goes on, such as a watch; ends when `signal` aborts. */
  stream(call: Call, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** An answer whatever its status is, sent for once. */
  answer(call: Call, signal: AbortSignal): Promise<Reply>;
  /** A WebSocket's connection, behind its handshake. Throws UNREACHABLE where the API server opens none. */
  upgrade(message: Pick<Message, 'path' | 'headers'>, signal: AbortSignal): Promise<Duplex>;
  readonly clock: Clock;
  readonly time: Time;
  /** Waits; ends early, with an exception, when the connection is closed. */
  pause(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What requests go over. */
export interface Line {
  readonly access: Access;
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly time: Time;
  /** Takes every known secret out of a text. */
  scrub(text: string): string;
  readonly hear: Hear;
  /** The URL of the proxy in between, or null. */
  readonly proxy: string | null;
}

const AT_ONCE = 16;
// A page of five hundred objects of the largest size that etcd takes would be more: nobody has such ones.
const MOST_ANSWER_BYTES = 128_000_000;
// A connection that is half open never says so: a read is tried again well within the patience.
const READ_SECONDS = 15;
// A webhook may take half a minute over a write.
const WRITE_SECONDS = 35;
// A quiet watch and a deaf one look the same: whoever follows it reads anew.
const WATCH_SILENCE_SECONDS = 30;

/** Opens the way to the API server. */
export function openRequests(line: Line): Requests {
  return new Exchanges(line);
}

class Exchanges implements Requests {
  readonly clock: Clock;
  readonly time: Time;
  private readonly gate = limit(AT_ONCE);
  private readonly closed = new AbortController();
  private contacted = false;

  constructor(private readonly line: Line) {
    this.time = line.time;
    this.clock = openClock(line.time);
    // Many pods' connections listen for it at once.
    setMaxListeners(0, this.closed.signal);
  }

  async json(call: Call): Promise<unknown> {
    const first = { number: 1, begun: this.time.elapsed(), credential: await this.line.credentials.current(), loggedInAgain: false };
    return parsed(await this.attempt(call, first), this.line.access.server);
  }

  stream(call: Call, signal: AbortSignal): ReturnType<Requests['stream']> {
    return openStream(this.line, call, AbortSignal.any([signal, this.closed.signal]));
  }

  async answer(call: Call, signal: AbortSignal): Promise<Reply> {
    const bounds = { answerSeconds: READ_SECONDS, silenceSeconds: READ_SECONDS, signal: AbortSignal.any([signal, this.closed.signal]) };
    const credential = await this.line.credentials.current();
    return await sent(this.line, () => this.line.transport.send(call, credential, bounds));
  }

  async upgrade(message: Pick<Message, 'path' | 'headers'>, signal: AbortSignal): Promise<Duplex> {
    const { transport, credentials } = this.line;
    const closed = this.closed.signal;
    const credential = await credentials.current();
    return await sent(this.line, async () => {
      if (!transport.upgrade) throw new Error('this connection has no WebSockets');
      return endingWith(await transport.upgrade(message, credential, AbortSignal.any([signal, closed])), closed);
    });
  }

  async pause(ms: number): Promise<void> {
    const { signal } = this.closed;
    if (signal.aborted) throw interrupted();
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(interrupted());
      };
      const cancel = this.time.after(ms, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.line.transport.close();
  }

  private async exchange(call: Call, credential: Credential): Promise<Outcome> {
    try {
      const seconds = call.method === 'GET' ? READ_SECONDS : WRITE_SECONDS;
      const bounds = { answerSeconds: seconds, silenceSeconds: seconds, wholeSeconds: WHOLE_SECONDS };
      const reply = await this.line.transport.send(call, credential, bounds);
      this.line.hear(reply.headers.warning, call.about.kind);
      return await answered(reply, this.clock);
    } catch (error) {
      return { kind: 'fault', fault: faultOf(error) };
    }
  }

  private async attempt(call: Call, state: Attempt): Promise<string> {
    const outcome = await this.gate(() => this.exchange(call, state.credential));
    this.contacted ||= outcome.kind === 'answer';
    if (this.closed.signal.aborted) throw interrupted();
    const elapsedMs = this.time.elapsed() - state.begun;
    const step = next(outcome, { ...state, elapsedMs, contacted: this.contacted, call: fateOf(call) });
    switch (step.kind) {
      case 'take':
        return step.text;
      case 'fail':
        throw failure(this.line, call, outcome);
      case 'login':
        return this.attempt(call, {
          ...state,
          credential: await renewed(this.line, call, { used: state.credential, outcome }),
          loggedInAgain: true,
        });
      case 'repeat':
        await this.pause(step.waitMs);
        return this.attempt(call, { ...state, number: state.number + 1 });
      case 'look':
        await this.pause(step.waitMs);
        return (await call.arrived?.()) ?? this.attempt(call, { ...state, number: state.number + 1 });
    }
  }
}

interface Attempt {
  readonly number: number;
  /** By the elapsed time. */
  readonly begun: number;
  readonly credential: Credential;
  readonly loggedInAgain: boolean;
}

async function answered(reply: Reply, clock: Clock): Promise<Outcome> {
  const text = await textOf(reply.body, MOST_ANSWER_BYTES);
  clock.observe(header(reply, 'date'));
  return { kind: 'answer', status: reply.statusCode, text, retryAfterSeconds: secondsIn(header(reply, 'retry-after'), clock.now()) };
}

function header(reply: Reply, name: string): string | undefined {
  const value = reply.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function fateOf(call: Call): Fate {
  if (call.method === 'GET') return 'read';
  if (call.repeatable) return 'repeatable';
  return call.arrived === undefined ? 'once' : 'recoverable';
}

async function renewed(line: Line, call: Call, refused: { used: Credential; outcome: Outcome }): Promise<Credential> {
  const credential = await line.credentials.renewed(refused.used);
  if (credential === null) throw failure(line, call, refused.outcome);
  return credential;
}

function failure(line: Line, call: Call, outcome: Outcome): RolloutError {
  switch (outcome.kind) {
    case 'answer':
      return refusal(outcome, call.about, text => line.scrub(text));
    case 'fault':
      return unreachable(routeOf(line), outcome.fault);
  }
}

function routeOf({ access, proxy }: Line): Route {
  return { server: access.server, proxy };
}

function interrupted(): RolloutError {
  return new RolloutError(
    'INTERRUPTED',
    'The connection to the API server was closed.',
    'Run the step again: it resumes where it stopped.',
  );
}

function parsed(text: string, server: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const message = `${new URL(server).origin} answered with something other than JSON.`;
    throw new RolloutError('API_ERROR', message, 'Check that the kubeconfig names the API server itself, not a login page or a proxy.');
  }
}

async function openStream(line: Line, call: Call, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const bounds = { answerSeconds: READ_SECONDS, silenceSeconds: WATCH_SILENCE_SECONDS, signal };
  const used = await line.credentials.current();
  const first = await sent(line, () => line.transport.send(call, used, bounds));
  if (first.statusCode === 200) return first.body;
  const outcome = await sent(line, () => answered(first, openClock(line.time)));
  if (first.statusCode !== 401) throw failure(line, call, outcome);
  const credential = await renewed(line, call, { used, outcome });
  const second = await sent(line, () => line.transport.send(call, credential, bounds));
  if (second.statusCode === 200) return second.body;
  throw failure(line, call, await sent(line, () => answered(second, openClock(line.time))));
}

async function sent<T>(line: Line, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw unreachable(routeOf(line), faultOf(error));
  }
}
