/** A page of a pod by port-forward. */
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as encrypted } from 'node:tls';
import { RolloutError } from '../errors.ts';
import { forwardPort, type PodPort } from './port-forward.ts';
import type { Requests } from './requests.ts';

/** Which page, and how it is asked for. */
export interface PodPage extends PodPort {
  readonly isEncrypted: boolean;
  readonly path: string;
  readonly accept: string;
}

/** The page of a path of the API's proxy; null for one that is of no pod, or names its port. */
export function podPageOf(path: string, accept: string): PodPage | null {
  const found = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/(https:)?([^/:]+):(\d+)\/proxy(\/.*)$/.exec(path);
  if (!found) return null;
  const [, namespace = '', scheme, pod = '', port = '', own = ''] = found;
  return { namespace, pod, port: Number(port), isEncrypted: scheme !== undefined, path: own, accept };
}

/** Asks for it over a connection of its own, and reads the body. Throws API_ERROR for any answer but 200, and what the connection fails by. */
export async function forwardedPage<T>(
  { requests, signal }: { readonly requests: Requests; readonly signal: AbortSignal },
  page: PodPage,
  read: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const way = await forwardPort(requests, page, signal);
  try {
    const answer = await answered(way, page, signal);
    if (answer.statusCode === 200) return await read(answer);
    throw new RolloutError('API_ERROR', `pod ${page.pod} answered ${answer.statusCode}`, 'Check the port and the path of its metrics.');
  } finally {
    way.destroy();
  }
}

/** As the API server's own proxy, nobody looks at the certificate of a pod. */
function answered(way: Duplex, { pod, port, path, accept, isEncrypted }: PodPage, signal: AbortSignal): Promise<IncomingMessage> {
  const connection = isEncrypted ? encrypted({ socket: way, rejectUnauthorized: false }) : way;
  return new Promise((resolve, reject) => {
    way.on('error', reject);
    const headers = { host: `${pod}:${port}`, accept, connection: 'close' };
    request({ createConnection: () => connection, path, headers, signal }, resolve)
      .on('error', reject)
      .end();
  });
}
