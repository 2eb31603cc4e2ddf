import type { Login } from './login.ts';

/** One context of a kubeconfig, resolved: which server, trusted how, as whom. */
export interface Access {
  /** The server's URL without a trailing slash; it may have a path. */
  readonly server: string;
  readonly namespace: string | null;
  /** PEM; null trusts the system's authorities. */
  readonly ca: string | null;
  readonly insecure: boolean;
  readonly serverName: string | null;
  readonly proxyUrl: string | null;
  readonly login: Login;
}
