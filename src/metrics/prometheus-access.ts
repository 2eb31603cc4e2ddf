/** How Prometheus is asked: by its address, or by the API server. */
import { RolloutError } from '../errors.ts';
import type { AskedPrometheus, PrometheusAt } from '../model/metrics.ts';
import type { AskPrometheus } from './prometheus.ts';

type Headers = Readonly<Record<string, string>>;

/** The two ways; both throw RolloutError where nothing answers. */
export interface Ways {
  /** A GET to an address. */
  ask(address: string, headers: Headers): Promise<{ readonly status: number; readonly body: string }>;
  /** A path of the API server: the body of its answer. */
  page(path: string, headers: Headers): Promise<string>;
}

/** What the login and the tenant say in each request. */
export function headersOf({ token, login, headers }: AskedPrometheus): Headers {
  return {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(login === null ? {} : { authorization: `Basic ${basic(login)}` }),
    ...Object.fromEntries(headers),
  };
}

/** What is sent of "user:password". */
export const basic = (login: string): string => Buffer.from(login).toString('base64');

/** Asks as the user wants it asked. */
export function prometheusBy(asked: AskedPrometheus, { ask, page }: Ways): AskPrometheus {
  const headers = headersOf(asked);
  const { at } = asked;
  if ('service' in at) return path => page(proxied(at.service, path), headers);
  return async path => {
    const { status, body } = await ask(at.url + path, headers);
    const fault = faultOf(status, body);
    if (fault === null) return body;
    throw new RolloutError('API_ERROR', `${new URL(at.url).origin} ${fault}`, 'Check the address and the login.');
  };
}

const proxied = ({ namespace, scheme, name, port, path }: Extract<PrometheusAt, { service: object }>['service'], query: string): string =>
  `/api/v1/namespaces/${namespace}/services/${scheme === 'https' ? 'https:' : ''}${name}:${port}/proxy${path}${query}`;

/** What a status says beside the body; null where the body says it all, as Prometheus does of a query that it refuses. */
function faultOf(status: number, body: string): string | null {
  if (status === 401) return 'does not accept the login (401)';
  if (status === 403) return 'does not let this login read (403)';
  if (status >= 300 && status < 400) return `redirects (${status}): to a login page, or to an address other than that of Prometheus`;
  if (status < 300 || body.trimStart().startsWith('{')) return null;
  return status === 404 ? 'has no Prometheus API there (404)' : `answers with status ${status}`;
}
