import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import upgrade from 'undici/lib/api/api-upgrade.js';
import type { Time } from '../model/time.ts';
import type { Access } from './access.ts';
import type { Credential } from './credentials.ts';
import { Pool, ProxyAgent } from './dispatchers.ts';
import type { Certificate } from './login.ts';
import { type Bounds, openPatience } from './patience.ts';

/** One HTTP request; `path` starts at the API server's root and has its query. */
export interface Message {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /** What the answer may be; JSON when absent. */
  readonly accept?: string;
  /** For who is behind the API server. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer's status and headers; the body is yet to be read, once, and fails when it is silent for too long. */
export interface Reply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The connections to one API server. */
export interface Transport {
  /** Throws undici's and Node's own errors. */
  send(message: Message, credential: Credential, bounds: Bounds): Promise<Reply>;
  /** A WebSocket's connection, behind its handshake; absent where there is none to be had. Throws for any answer but 101. */
  upgrade?(message: Pick<Message, 'path' | 'headers'>, credential: Credential, signal: AbortSignal): Promise<Duplex>;
  /** Ends every connection at once; exchanges under way fail. */
  close(): Promise<void>;
}

const CONNECT_SECONDS = 10;
// Plain requests are limited elsewhere; every watch needs a connection of its own beside them.
const MOST_CONNECTIONS = 256;

/** Opens one pool of kept-alive connections, through `proxy` (its URL) if not null. Limits are kept by `time`. */
export function openTransport(access: Access, proxy: string | null, time: Time): Transport {
  const { origin, pathname } = new URL(access.server);
  const base = pathname.replace(/\/+$/, '');
  let pool: { readonly certificate: Certificate | null; readonly dispatcher: Dispatcher } | null = null;
  const poolFor = (certificate: Certificate | null): Dispatcher => {
    if (pool !== null && pool.certificate?.cert === certificate?.cert) return pool.dispatcher;
    pool?.dispatcher.close().catch(() => undefined);
    pool = { certificate, dispatcher: dispatcherOf({ access, origin, proxy }, certificate) };
    return pool.dispatcher;
  };
  return {
    send: async (message, credential, bounds) => {
      const patience = openPatience(time, bounds);
      const sent = request.call(poolFor(credential.certificate), {
        origin,
        path: base + message.path,
        method: message.method,
        headers: headersOf(message, credential),
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: patience.signal,
        ...(message.body === undefined ? {} : { body: message.body }),
      });
      const { statusCode, headers, body } = await patience.untilAnswered(sent);
      return { statusCode, headers, body: patience.whileHeard(body) };
    },
    upgrade: async (message, credential, signal) => {
      const headers = headersOf({ ...message, method: 'GET' }, credential);
      const asked = { origin, path: base + message.path, protocol: 'websocket', headers, signal };
      return (await upgrade.call(poolFor(credential.certificate), asked)).socket;
    },
    close: async () => pool?.dispatcher.destroy(),
  };
}

function headersOf(message: Message, credential: Credential): Record<string, string | string[]> {
  const own = Object.entries(credential.headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]);
  return {
    accept: message.accept ?? 'application/json',
    'user-agent': 'kubernetes-rollout',
    ...(message.body === undefined ? {} : { 'content-type': message.contentType ?? 'application/json' }),
    ...message.headers,
    ...Object.fromEntries(own),
  };
}

function dispatcherOf(place: { access: Access; origin: string; proxy: string | null }, certificate: Certificate | null): Dispatcher {
  const { access, origin, proxy } = place;
  const tls = {
    ...(access.ca === null ? {} : { ca: access.ca }),
    ...(access.insecure ? { rejectUnauthorized: false } : {}),
    ...(access.serverName === null ? {} : { servername: access.serverName }),
    ...(certificate ?? {}),
  };
  const connect = { timeout: CONNECT_SECONDS * 1000, keepAlive: true, keepAliveInitialDelay: 30_000 };
  const options = { connections: MOST_CONNECTIONS, pipelining: 1, keepAliveTimeout: 30_000 };
  if (proxy === null) return new Pool(origin, { ...options, connect: { ...connect, ...tls } });
  return new ProxyAgent({ ...options, uri: proxy, requestTls: { ...connect, ...tls }, proxyTls: connect });
}
