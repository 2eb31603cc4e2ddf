// Undici's parts one by one: its index loads fetch, caches, mocks and WebSockets too, which doubles the start-up time.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import { ProxyAgent } from 'undici';
  export default ProxyAgent;
}
declare module 'undici/lib/dispatcher/socks5-proxy-agent.js' {
  import { Socks5ProxyAgent } from 'undici';
  export default Socks5ProxyAgent;
}
declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';

  const request: (this: Dispatcher, options: Dispatcher.RequestOptions & { readonly origin: string }) => Promise<Dispatcher.ResponseData>;
  export default request;
}
declare module 'undici/lib/api/api-upgrade.js' {
  import type { Dispatcher } from 'undici';

  const upgrade: (
    this: Dispatcher,
    options: Dispatcher.UpgradeOptions & { readonly origin: string; readonly headers: Readonly<Record<string, string | string[]>> },
  ) => Promise<Dispatcher.UpgradeData>;
  export default upgrade;
}
declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';

  const connect: Dispatcher['connect'];
  export default connect;
}
declare module 'undici/lib/dispatcher/dispatcher.js' {
  import { Dispatcher } from 'undici';
  export default Dispatcher;
}
