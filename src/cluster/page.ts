import { RolloutError } from '../errors.ts';
import type { Requests } from './requests.ts';

/** What a page may have: large ones of an API server's own metrics have about 4 MB. */
const MOST_BYTES = 5_000_000;
const LONGEST_SECONDS = 4;

/** Reads a text behind the API server, as a pod's metrics are, once. Throws FORBIDDEN, NOT_FOUND, UNREACHABLE and API_ERROR. */
export async function readPage(requests: Requests, path: string): Promise<string> {
  const [, namespace = '', pod = ''] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/(?:https:)?([^/:]+)/.exec(path) ?? [];
  const about = { verb: 'get', group: '', resource: 'pods/proxy', kind: 'Pod', namespace, name: pod } as const;
  const call = { method: 'GET', path, about, repeatable: true, accept: 'application/openmetrics-text, text/plain, */*' } as const;
  const late = AbortSignal.timeout(LONGEST_SECONDS * 1000);
  try {
    return await whole(await requests.stream(call, late), pod);
  } catch (error) {
    if (!late.aborted) throw error;
    throw new RolloutError(
      'UNREACHABLE',
      `pod ${pod} did not answer within ${LONGEST_SECONDS} s`,
      'See whether the API server may reach the pod.',
    );
  }
}

async function whole(body: AsyncIterable<Uint8Array>, pod: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new RolloutError('API_ERROR', `the metrics of pod ${pod} have more than ${MOST_BYTES / 1_000_000} MB`, 'Serve fewer series.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
