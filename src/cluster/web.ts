import type { Time } from '../model/time.ts';
import { machineTime } from './clock.ts';
import { codeOf, wordsOf } from './faults.ts';
import { type ProxySources, proxyFor } from './proxy.ts';

/** What may stand between here and the web. */
export interface Way {
  readonly environment: ProxySources['environment'];
  /** The agent's proxy for an address; it wins over the environment's. */
  readonly agentProxy?: AgentProxy | undefined;
  /** The machine's own when absent. */
  readonly time?: Time;
}

/** The proxy that the agent has for an address; null where it has none, or where its bypass list has the address. */
export type AgentProxy = (address: string) => string | null;

/** `fetch` of a file by its address, within bounds, by way of the proxies that hold for the API server as well. */
export function fetchThrough({ environment, agentProxy, time = machineTime }: Way): typeof fetch {
  const proxyOf = (address: string): string | null =>
    proxyFor({ server: address, clusterProxy: null, agentProxy: agentProxy?.(address) ?? null, environment });
  return async address => {
    // Undici is loaded only where there is a file to fetch: it takes longer to start than everything else.
    const { download } = await import('./web-download.ts');
    return download(String(address), { proxyOf, time }).catch((cause: unknown) => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: wordsOf(codeOf(cause)) }) });
    });
  };
}
