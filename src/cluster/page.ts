import { RolloutError } from '../errors.ts';
import { codeOf, faultOf } from './faults.ts';
import { forwardedPage, type PodPage, podPageOf } from './forwarded-page.ts';
import { openDeadline } from './patience.ts';
import type { Requests } from './requests.ts';
import { textOf } from './text.ts';
import type { Message } from './transport.ts';

/** What a page may have: large ones of an API server's own metrics have about 4 MB. */
const MOST_BYTES = 5_000_000;
const LONGEST_SECONDS = 4;
const ACCEPT = 'application/openmetrics-text, text/plain, */*';

/** How pages of pods come: by the API server's proxy, by port-forward, or by the proxy alone since no port-forward is allowed. */
type Way = 'unknown' | 'proxy' | 'forward' | 'proxy-alone';

/** What the reader of pages does. */
export type ReadPages = (path: string, headers?: Message['headers']) => Promise<string>;

const FORWARDED =
  'The API server does not reach the pods: their metrics are read by port-forward, which goes through the kubelet (pods/portforward).';

/**
 * Reads pages behind the API server, pods' by port-forward where it reaches none of them: its own proxy goes from the API server to the pod, which
 * firewalls of private clusters forbid, and a port-forward by the kubelet. Which way it is turns out with the first pages, and `tell` hears of it.
 */
export function openPages(requests: Requests, tell: (text: string) => void): ReadPages {
  let way: Way = 'unknown';
  // Of pods that were asked at once the first that tells decides.
  const settle = (found: Way): void => {
    if (way !== 'unknown') return;
    if (found === 'forward') tell(FORWARDED);
    way = found;
  };
  return async (path, headers) => {
    const page = podPageOf(path, ACCEPT);
    if (page && way === 'forward') return await forwarded(requests, page);
    try {
      const text = await readPage(requests, path, headers);
      if (page) settle('proxy');
      return text;
    } catch (error) {
      if (!page || way === 'proxy' || way === 'proxy-alone' || !isAway(error)) throw error;
      return await forwardedInstead(requests, page, { error, settle });
    }
  };
}

/** The pod may be well, and out of the API server's reach. */
const isAway = (error: unknown): boolean => error instanceof RolloutError && (error.code === 'UNREACHABLE' || error.code === 'API_ERROR');

interface Instead {
  readonly error: unknown;
  readonly settle: (way: Way) => void;
}

async function forwardedInstead(requests: Requests, page: PodPage, { error, settle }: Instead): Promise<string> {
  try {
    const text = await forwarded(requests, page);
    settle('forward');
    return text;
  } catch (fault) {
    // Of a pod that does not answer either way the first error tells more.
    if (fault instanceof RolloutError && fault.code === 'UNREACHABLE') settle('proxy-alone');
    throw error;
  }
}

async function forwarded(requests: Requests, page: PodPage): Promise<string> {
  const late = openDeadline(requests.time, LONGEST_SECONDS * 1000);
  const what = `pod ${page.pod}`;
  try {
    return await forwardedPage({ requests, signal: late.signal }, page, body => wholeBody(body, what));
  } catch (error) {
    if (error instanceof RolloutError) throw error;
    throw new RolloutError('API_ERROR', `${what}: ${(error as Error).message}`, 'Check the port and the path of its metrics.');
  } finally {
    late.cancel();
  }
}

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
