import { setTimeout as sleep } from 'node:timers/promises';
import { RolloutError } from '../errors.ts';
import type { Access } from './access.ts';
import { type Clock, openClock } from './clock.ts';
import type { Credential, Credentials } from './credentials.ts';
import { faultOf, unreachable } from './faults.ts';
import { limit } from './limit.ts';
import { next, type Outcome } from './retry.ts';
import { refusal, type Subject } from './status.ts';
import type { Message, Reply, Transport } from './transport.ts';

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
  readonly clock: Clock;
  /** Waits; ends early, with an exception, when the connection is closed. */
  pause(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What requests go over. */
export interface Line {
  readonly access: Access;
  readonly transport: Transport;
  readonly credentials: Credentials;
  /** Takes every known secret out of a text. */
  scrub(text: string): string;
}

const AT_ONCE = 16;
const ANSWER_SECONDS = 65;
// Bookmarks come about once a minute: longer silence is a dead connection.
const WATCH_SILENCE_SECONDS = 150;

/** Opens the way to the API server. */
export function openRequests(line: Line): Requests {
  const clock = openClock();
  const gate = limit(AT_ONCE);
  const closed = new AbortController();
  let contacted = false;

  const exchange = async (call: Call, credential: Credential): Promise<Outcome> => {
    try {
      const bounds = { answerSeconds: ANSWER_SECONDS, silenceSeconds: ANSWER_SECONDS };
      return answered(await line.transport.send(call, credential, bounds), clock);
    } catch (error) {
      return { kind: 'fault', fault: faultOf(error) };
    }
  };
  const pause = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal: closed.signal }).catch(() => {
      throw interrupted();
    });
  };
  const attempt = async (call: Call, state: Attempt): Promise<string> => {
    const outcome = await gate(() => exchange(call, state.credential));
    contacted ||= outcome.kind === 'answer';
    if (closed.signal.aborted) throw interrupted();
    const step = next(outcome, { ...state, elapsedMs: performance.now() - state.begun, contacted, call: fateOf(call) });
    switch (step.kind) {
      case 'take':
        return step.text;
      case 'fail':
        throw failure(line, call, outcome);
      case 'login':
        return attempt(call, { ...state, credential: await renewed(line, call, { used: state.credential, outcome }), loggedInAgain: true });
      case 'repeat':
        await pause(step.waitMs);
        return attempt(call, { ...state, number: state.number + 1 });
      case 'look':
        await pause(step.waitMs);
        return (await call.arrived?.()) ?? attempt(call, { ...state, number: state.number + 1 });
    }
  };
  return {
    clock,
    pause,
    json: async call => {
      const first = { number: 1, begun: performance.now(), credential: await line.credentials.current(), loggedInAgain: false };
      return parsed(await attempt(call, first), line.access.server);
    },
    stream: (call, signal) => openStream(line, call, AbortSignal.any([signal, closed.signal])),
    close: async () => {
      closed.abort();
      await line.transport.close();
    },
  };
}

interface Attempt {
  readonly number: number;
  /** By `performance.now()`. */
  readonly begun: number;
  readonly credential: Credential;
  readonly loggedInAgain: boolean;
}

async function answered(reply: Reply, clock: Clock): Promise<Outcome> {
  const text = await reply.body.text();
  clock.observe(header(reply, 'date'));
  const retryAfterSeconds = Number.parseInt(header(reply, 'retry-after') ?? '', 10);
  return { kind: 'answer', status: reply.statusCode, text, retryAfterSeconds: Number.isNaN(retryAfterSeconds) ? null : retryAfterSeconds };
}

function header(reply: Reply, name: string): string | undefined {
  const value = reply.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function fateOf(call: Call): 'repeatable' | 'recoverable' | 'once' {
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
      return unreachable(line.access.server, outcome.fault);
  }
}

function interrupted(): RolloutError {
  return new RolloutError(
    'INTERRUPTED',
    'The connection to the API server was closed.',
    'Run the step again: it goes on where it stopped.',
  );
}

function parsed(text: string, server: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const message = `${new URL(server).origin} answered with something else than JSON.`;
    throw new RolloutError(
      'API_ERROR',
      message,
      'Check that the kubeconfig names the API server itself, and no login page or proxy in between.',
    );
  }
}

async function openStream(line: Line, call: Call, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const bounds = { answerSeconds: ANSWER_SECONDS, silenceSeconds: WATCH_SILENCE_SECONDS, signal };
  const used = await line.credentials.current();
  const first = await sent(line, () => line.transport.send(call, used, bounds));
  if (first.statusCode === 200) return first.body;
  const outcome = await answered(first, openClock());
  if (first.statusCode !== 401) throw failure(line, call, outcome);
  const credential = await renewed(line, call, { used, outcome });
  const second = await sent(line, () => line.transport.send(call, credential, bounds));
  if (second.statusCode === 200) return second.body;
  throw failure(line, call, await answered(second, openClock()));
}

async function sent(line: Line, send: () => Promise<Reply>): Promise<Reply> {
  try {
    return await send();
  } catch (error) {
    throw unreachable(line.access.server, faultOf(error));
  }
}
