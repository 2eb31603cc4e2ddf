/** An API server as the contract sees it: a URL, a token and plain fetch. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulation } from '../../src/simulation/index.ts';

export type Body = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly code: number;
  readonly body: Body;
}

export interface ContractApi {
  /** The namespace that the scenario has to itself. */
  readonly namespace: string;
  send(method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
  /** Server-side apply of an object of the path's kind. */
  apply(path: string, body: unknown, manager: string, query?: string): Promise<Answer>;
  /** Reads until the test holds, at most two minutes. */
  until(path: string, test: (body: Body) => boolean): Promise<Body>;
  /** The first `count` events of a watch, as `TYPE name`. */
  watch(path: string, count: number): Promise<readonly string[]>;
}

export interface Server {
  readonly url: string;
  /** Empty where the address is enough. */
  readonly token: string;
  /** Asks without a network, where the cluster is one of this process. */
  readonly ask?: Simulation['ask'];
}

const patienceMilliseconds = 120_000;

/** A client for one scenario. `{ns}` in paths is its namespace. */
export function contractApi(server: Server, namespace: string): ContractApi {
  const send: ContractApi['send'] = async (method, path, body, type = 'application/json') => {
    const sent = { method, path: path.replaceAll('{ns}', namespace), type, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const { code, text } = await (server.ask === undefined ? overHttp(server, sent) : directly(server.ask, server.token, sent));
    return { code, body: text.startsWith('{') ? (JSON.parse(text) as Body) : { text } };
  };
  return {
    namespace,
    send,
    apply: (path, body, manager, query = '') =>
      send('PATCH', `${path}?fieldManager=${manager}${query}`, body, 'application/apply-patch+yaml'),
    until: async (path, test) => {
      const end = Date.now() + patienceMilliseconds;
      for (;;) {
        const { body } = await send('GET', path);
        if (test(body)) return body;
        if (Date.now() > end) throw new Error(`${path} did not get there: ${JSON.stringify(body).slice(0, 2000)}`);
        await sleep(5);
      }
    },
    watch: (path, count) => watchEvents(server, path.replaceAll('{ns}', namespace), count),
  };
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body?: string;
}

interface Received {
  readonly code: number;
  readonly text: string;
}

async function overHttp(server: Server, { method, path, type, body }: Sent): Promise<Received> {
  const response = await request(server, path, { method, headers: { 'content-type': type }, ...(body === undefined ? {} : { body }) });
  return { code: response.status, text: await response.text() };
}

async function directly(ask: Simulation['ask'], token: string, { method, path, type, body }: Sent): Promise<Received> {
  const headers = { 'content-type': type, authorization: `Bearer ${token}`, 'user-agent': 'contract/1' };
  const answer = await ask({ method, path, headers, body });
  let text = '';
  for await (const piece of answer.body) text += piece;
  return { code: answer.code, text };
}

function request(server: Server, path: string, init: RequestInit): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    ...init,
    headers: { ...init.headers, ...(server.token === '' ? {} : { authorization: `Bearer ${server.token}` }), 'user-agent': 'contract/1' },
  });
}

async function watchEvents(server: Server, path: string, count: number): Promise<readonly string[]> {
  const stop = new AbortController();
  const response = await request(server, path, { signal: AbortSignal.any([stop.signal, AbortSignal.timeout(patienceMilliseconds)]) });
  const events: string[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString('utf8');
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    events.push(...lines.filter(line => line !== '').map(eventText));
    if (events.length >= count) break;
  }
  stop.abort();
  return events.slice(0, count);
}

function eventText(line: string): string {
  const { type, object } = JSON.parse(line) as { type: string; object: { metadata?: { name?: string }; code?: number; reason?: string } };
  return type === 'ERROR' ? `ERROR ${object.code} ${object.reason}` : `${type} ${object.metadata?.name}`;
}
