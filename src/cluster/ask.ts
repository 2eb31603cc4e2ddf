/** Questions to servers beside the API server, such as Prometheus: one GET each, or a text that is sent, within bounds, by the proxies that hold for all else. */
import { RolloutError } from '../errors.ts';
import { codeOf, isUntrusted } from './faults.ts';
import { proxyFor } from './proxy.ts';
import { textOf } from './text.ts';
import type { Way } from './web.ts';

/** How a server is to be met: certificates in PEM; null where the machine's own authorities and no certificate do. */
export interface Meeting {
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

/** The machine's own authorities, and no certificate. */
export const NO_CERTIFICATE: Meeting = { ca: null, certificate: null, key: null };

/** What a server answered. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A text that is sent along. */
export interface Sent {
  readonly method: 'POST' | 'PATCH';
  readonly text: string;
}

/** Asks for an address. Throws UNREACHABLE where nothing answers in time, and API_ERROR for an answer without end. */
export interface Asking {
  ask(address: string, headers: Readonly<Record<string, string>>, sent?: Sent): Promise<Reply>;
  close(): Promise<void>;
}

const MOST_BYTES = 5_000_000;
const LONGEST_SECONDS = 10;

/** Opens the way; connections are kept until it is closed. A redirection is not followed: its target would get the login. */
export function openAsking({ environment, agentProxy }: Way, meeting: Meeting): Asking {
  const pools = new Map<string, ReturnType<typeof poolTo>>();
  const pool = (origin: string): ReturnType<typeof poolTo> => {
    const known = pools.get(origin);
    if (known) return known;
    const proxy = proxyFor({ server: origin, clusterProxy: null, agentProxy: agentProxy?.(origin) ?? null, environment });
    const opened = poolTo(origin, proxy, meeting);
    pools.set(origin, opened);
    return opened;
  };
  return {
    ask: async (address, headers, sent) => {
      const { origin, pathname, search } = new URL(address);
      const late = AbortSignal.timeout(LONGEST_SECONDS * 1000);
      try {
        const [dispatcher, { default: request }] = await Promise.all([pool(origin), import('undici/lib/api/api-request.js')]);
        const { statusCode, body } = await request.call(dispatcher, {
          origin,
          path: pathname + search,
          method: sent?.method ?? 'GET',
          ...(sent === undefined ? {} : { body: sent.text }),
          headers: { accept: 'application/json', 'user-agent': 'kubernetes-rollout', ...headers },
          signal: late,
        });
        return { status: statusCode, body: await textOf(body, MOST_BYTES) };
      } catch (error) {
        throw unanswered(origin, late.aborted ? 'LATE' : codeOf(error));
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map(async opened => (await opened).destroy()));
    },
  };
}

/** Undici is loaded only where there is somebody to ask: it takes longer to start than everything else. */
async function poolTo(origin: string, proxy: string | null, { ca, certificate, key }: Meeting) {
  const { Pool, ProxyAgent } = await import('./dispatchers.ts');
  const tls = {
    timeout: LONGEST_SECONDS * 1000,
    ...(ca === null ? {} : { ca }),
    ...(certificate === null ? {} : { cert: certificate }),
    ...(key === null ? {} : { key }),
  };
  return proxy === null ? new Pool(origin, { connect: tls }) : new ProxyAgent({ uri: proxy, requestTls: tls, proxyTunnel: false });
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['LATE', `does not answer within ${LONGEST_SECONDS} s`],
  ['ECONNREFUSED', 'refuses the connection'],
  ['ENOTFOUND', 'has an unknown host name'],
  ['EAI_AGAIN', 'has a host name that cannot be resolved'],
  ['ECONNRESET', 'has reset the connection'],
  ['UND_ERR_SOCKET', 'has closed the connection'],
  ['UND_ERR_CONNECT_TIMEOUT', `accepts no connection within ${LONGEST_SECONDS} s`],
  ['UND_ERR_ABORTED', 'is behind a proxy that refuses the connection'],
]);

function unanswered(origin: string, code: string): RolloutError {
  if (code === 'TOO_LONG')
    return new RolloutError('API_ERROR', `${origin} answers with more than ${MOST_BYTES / 1_000_000} MB`, 'Ask for fewer series.');
  const what = isUntrusted(code)
    ? `is not trusted, or does not trust this client's certificate (${code})`
    : (WORDS.get(code) ?? `fails (${code})`);
  return new RolloutError('UNREACHABLE', `${origin} ${what}`, 'Check the address, the network, the certificates and the proxy settings.');
}
