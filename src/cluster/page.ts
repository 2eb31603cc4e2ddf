import { RolloutError } from '../errors.ts';
import type { Requests } from './requests.ts';
import type { Message } from './transport.ts';

/** What a page may have: large ones of an API server's own metrics have about 4 MB. */
const MOST_BYTES = 5_000_000;
const LONGEST_SECONDS = 4;
const ACCEPT = 'application/openmetrics-text, text/plain, */*';

/** Reads a text behind the API server, as a pod's metrics or a Service's answer is, once. Throws FORBIDDEN, NOT_FOUND, UNREACHABLE and API_ERROR. */
export async function readPage(requests: Requests, path: string, headers: Message['headers'] = {}): Promise<string> {
  const [, namespace = '', plural = '', name = ''] = /^\/api\/v1\/namespaces\/([^/]+)\/(\w+)\/(?:https:)?([^/:]+)/.exec(path) ?? [];
  const kind = plural === 'services' ? 'Service' : 'Pod';
  const about = { verb: 'get', group: '', resource: `${plural}/proxy`, kind, namespace, name } as const;
  const call = { method: 'GET', path, headers, about, repeatable: true, accept: ACCEPT } as const;
  const late = AbortSignal.timeout(LONGEST_SECONDS * 1000);
  const what = `${kind.toLowerCase()} ${name}`;
  try {
    return await wholeBody(await requests.stream(call, late), what);
  } catch (error) {
    if (!late.aborted) throw error;
    throw new RolloutError(
      'UNREACHABLE',
      `${what} did not answer within ${LONGEST_SECONDS} s`,
      `See whether the API server may reach the ${kind.toLowerCase()}.`,
    );
  }
}

/** A body as text, as far as anybody reads it. */
export async function wholeBody(body: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new RolloutError('API_ERROR', `the answer of ${what} has more than ${MOST_BYTES / 1_000_000} MB`, 'Serve fewer series.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
