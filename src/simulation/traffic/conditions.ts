/** Conditions on a request, as several kinds of routes put them. The simulated requests all ask for `/`. */
import type { Headers } from './split.ts';

/** What every simulated request asks for. */
export const requestPath = '/';

/** Whether a request for `/` begins with a prefix, as paths do. */
export function hasPrefix(prefix: string): boolean {
  return prefix === '' || prefix === requestPath;
}

/** A request's header, by a name in any case. */
export function headerOf(headers: Headers, name: string): string | undefined {
  return headers[name.toLowerCase()];
}

/** Whether a whole text fits a pattern. */
export function fits(pattern: string, text: string | undefined): boolean {
  return text !== undefined && new RegExp(`^(?:${pattern})$`).test(text);
}

/** The value of a cookie of a request. */
export function cookieOf(headers: Headers, name: string): string | undefined {
  const cookies = (headers.cookie ?? '').split(';').map(pair => pair.trim().split('='));
  return cookies.find(([key]) => key === name)?.[1];
}

/** The Service that a host of the mesh means (`web`, `web.shop`, `web.shop.svc.cluster.local`); empty for one elsewhere. */
export function serviceOfHost(host: string, namespace: string): string {
  const [service = '', place = namespace, ...domain] = host.split('.');
  return place === namespace && (domain.length === 0 || domain[0] === 'svc') ? service : '';
}
