import connectApi from 'undici/lib/api/api-connect.js';
import DispatcherBase from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// Undici's index does the same for all its methods; its proxy agent needs this one.
Object.assign(DispatcherBase.prototype, { connect: connectApi });

/** Undici's ways to send a request: straight to a server, and by a proxy. */
export { Pool, ProxyAgent };
