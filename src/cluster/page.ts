import { RolloutError } from '../errors.ts';
import { forwardedAnswer, type PodPage, podPageOf } from './forwarded-page.ts';
import { openDeadline } from './patience.ts';
import type { PodWay } from './pod-way.ts';
import type { Requests } from './requests.ts';
import type { Message } from './transport.ts';
import { wholeBody } from './whole-body.ts';

const LONGEST_SECONDS = 4;
const ACCEPT = 'application/openmetrics-text, text/plain, */*';

/** What the reader of pages does. */
export type ReadPages = (path: string, headers?: Message['headers']) => Promise<string>;

/** Reads pages behind the API server, pods' by whichever way leads to them. */
export const openPages =
  (requests: Requests, way: PodWay): ReadPages =>
  (path, headers) => {
    const page = podPageOf(path, { ...headers, accept: ACCEPT });
    const byProxy = (): Promise<string> => readPage(requests, path, headers);
    return page ? way.reach({ byProxy, byForward: () => forwarded(requests, page) }) : byProxy();
  };

/** The body of a page that the pod has. Throws API_ERROR where it has none, and UNREACHABLE where no port-forward is to be had. */
async function forwarded(requests: Requests, page: PodPage): Promise<string> {
  const { status, text } = await forwardedAnswer(requests, page, LONGEST_SECONDS * 1000);
  if (status === 200) return text;
  throw new RolloutError('API_ERROR', `pod ${page.pod} answered ${status}`, 'Check the port and the path of its metrics.');
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
