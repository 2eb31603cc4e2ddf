import connectApi from 'undici/lib/api/api-connect.js';
import DispatcherBase from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import UndiciProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// Undici's index does the same for all its methods; its proxy agent needs this one.
Object.assign(DispatcherBase.prototype, { connect: connectApi });

/** Undici's way straight to a server. */
export { Pool };

/** Undici's way by a proxy. Without a code of its own, a proxy that closes the tunnel is asked again without end or pause. */
export class ProxyAgent extends UndiciProxyAgent {
  constructor(options: UndiciProxyAgent.Options) {
    super({ clientFactory: toProxy, ...options });
  }
}

function toProxy(origin: URL, options: object): Pool {
  const pool = new Pool(origin, options);
  const open = pool.connect.bind(pool) as (options: object) => Promise<never>;
  const connect = (asked: object) =>
    open(asked).catch((fault: { readonly code?: string }) => {
      throw fault.code === 'UND_ERR_SOCKET' ? Object.assign(new Error('closed by the proxy'), { code: 'PROXY_CLOSED' }) : fault;
    });
  return Object.assign(pool, { connect });
}
