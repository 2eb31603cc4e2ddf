import type { Dispatcher } from 'undici';
import { Pool, ProxyAgent } from './dispatchers.ts';

/** Sends each request by the way that its server needs: a redirection may lead to one behind another proxy, or behind none. */
export function dispatcherThrough(proxyOf: (address: string) => string | null): Pick<Dispatcher, 'dispatch'> {
  return {
    dispatch: (options, handler) => {
      const origin = String(options.origin);
      const proxy = proxyOf(origin);
      const dispatcher = proxy === null ? new Pool(origin) : new ProxyAgent({ uri: proxy, proxyTunnel: false });
      return dispatcher.dispatch(options, handler);
    },
  };
}
