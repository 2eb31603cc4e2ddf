import { RolloutError } from '../errors.ts';
import { codeOf, faultOf } from './faults.ts';
import { openDeadline } from './patience.ts';
import type { Requests } from './requests.ts';
import { textOf } from './text.ts';
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
  const late = openDeadline(requests.time, LONGEST_SECONDS * 1000);
  const what = `${kind.toLowerCase()} ${name}`;
  try {
    return await wholeBody(await requests.stream(call, late.signal), what);
  } catch (error) {
    if (!late.signal.aborted) throw error;
    throw new RolloutError(
      'UNREACHABLE',
      `${what} did not answer within ${LONGEST_SECONDS} s`,
      `Check whether the API server can reach the ${kind.toLowerCase()}.`,
    );
  } finally {
    late.cancel();
  }
}

/** A body as text, up to a bound. Throws API_ERROR where it has no end, and UNREACHABLE where it breaks off. */
export async function wholeBody(body: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  try {
    return await textOf(body, MOST_BYTES);
  } catch (error) {
    if (codeOf(error) === 'TOO_LONG')
      throw new RolloutError('API_ERROR', `the answer of ${what} has more than ${MOST_BYTES / 1_000_000} MB`, 'Serve fewer series.');
    throw new RolloutError('UNREACHABLE', `the answer of ${what} broke off (${faultOf(error).code})`, 'Check whether it was restarted.');
  }
}
