/** What a pod answers by port-forward. */
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as encrypted } from 'node:tls';
import { RolloutError } from '../errors.ts';
import { openDeadline } from './patience.ts';
import { forwardPort, type PodPort } from './port-forward.ts';
import type { Requests } from './requests.ts';
import { wholeBody } from './whole-body.ts';

/** Which page, and how it is asked for. */
export interface PodPage extends PodPort {
  readonly isEncrypted: boolean;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The page of a path of the API's proxy; null for one that is of no pod, or names its port. */
export function podPageOf(path: string, headers: PodPage['headers']): PodPage | null {
  const found = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/(https:)?([^/:]+):(\d+)\/proxy(\/.*)$/.exec(path);
  if (!found) return null;
  const [, namespace = '', scheme, pod = '', port = '', own = ''] = found;
  return { namespace, pod, port: Number(port), isEncrypted: scheme !== undefined, path: own, headers };
}

/** No port-forward is to be had, whatever the pod would answer. */
export class NotForwarded extends RolloutError {}

/** Asks for it over a connection of its own. Throws NotForwarded, or API_ERROR with what the connection failed by behind it. */
export async function forwardedAnswer(
  requests: Requests,
  page: PodPage,
  mostMilliseconds: number,
): Promise<{ readonly status: number; readonly text: string }> {
  const late = openDeadline(requests.time, mostMilliseconds);
  const failed = (error: unknown): RolloutError => {
    // What broke off or was too long says so by itself.
    if (error instanceof RolloutError && !late.signal.aborted) return new RolloutError('API_ERROR', error.message, error.hint);
    const why = late.signal.aborted ? `no answer within ${mostMilliseconds} ms` : (error as Error).message;
    return new RolloutError('API_ERROR', `pod ${page.pod}: ${why}`, 'Check that the pod listens at this port.');
  };
  try {
    const way = await forwardPort(requests, page, late.signal).catch((error: unknown) => {
      if (late.signal.aborted || !(error instanceof RolloutError)) throw failed(error);
      throw new NotForwarded(error.code, error.message, error.hint);
    });
    try {
      const answer = await answered(way, page, late.signal);
      return { status: answer.statusCode ?? 0, text: await wholeBody(answer, `pod ${page.pod}`) };
    } catch (error) {
      throw failed(error);
    } finally {
      way.destroy();
    }
  } finally {
    late.cancel();
  }
}

/** As the API server's own proxy, nobody looks at the certificate of a pod. */
function answered(way: Duplex, { pod, port, path, headers: own, isEncrypted }: PodPage, signal: AbortSignal): Promise<IncomingMessage> {
  const connection = isEncrypted ? encrypted({ socket: way, rejectUnauthorized: false }) : way;
  return new Promise((resolve, reject) => {
    way.on('error', reject);
    const headers = { host: `${pod}:${port}`, ...own, connection: 'close' };
    request({ createConnection: () => connection, path, headers, signal }, resolve)
      .on('error', reject)
      .end();
  });
}
