import { BlockList, isIP } from 'node:net';
import { RolloutError } from '../errors.ts';

/** Who may stand between: the cluster's own proxy, the agent's, or the environment's. */
export interface ProxySources {
  readonly server: string;
  readonly clusterProxy: string | null;
  readonly agentProxy: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The proxy's URL for this server, or null. The kubeconfig's `proxy-url` wins; NO_PROXY holds for the others. */
export function proxyFor(sources: ProxySources): string | null {
  if (sources.clusterProxy !== null) return sources.clusterProxy;
  const { environment } = sources;
  const url = new URL(sources.server);
  const named = url.protocol === 'https:' ? read(environment, 'HTTPS_PROXY') : read(environment, 'HTTP_PROXY');
  const proxy = sources.agentProxy ?? named;
  if (proxy === null || isLoopback(url.hostname) || isExempt(url, read(environment, 'NO_PROXY') ?? '')) return null;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** As `proxyFor`; throws INVALID_KUBECONFIG for an address that is none of a proxy, without showing it: it may hold a password. */
export function checkedProxy(sources: ProxySources): string | null {
  const proxy = proxyFor(sources);
  if (proxy === null || (URL.canParse(proxy) && PROTOCOLS.includes(new URL(proxy).protocol))) return proxy;
  const whose = sources.clusterProxy === null ? 'The proxy of the agent or of HTTPS_PROXY or HTTP_PROXY' : "The kubeconfig's proxy-url";
  throw new RolloutError('INVALID_KUBECONFIG', `${whose} is not the address of a proxy.`, 'Write it as http://host:port.');
}

const PROTOCOLS: readonly string[] = ['http:', 'https:', 'socks5:', 'socks:'];

function read(environment: ProxySources['environment'], name: string): string | null {
  return environment[name] || environment[name.toLowerCase()] || null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.startsWith('127.') || host === '[::1]';
}

function isExempt(url: URL, exemptions: string): boolean {
  return exemptions
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => matches(url, entry.toLowerCase()));
}

function matches(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (entry.includes('/')) return isWithin(host, entry);
  const [name = '', port] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(entry)?.slice(1) ?? [entry];
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const domain = name.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (host === domain && !name.startsWith('.'));
}

function isWithin(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const version = isIP(host);
  if (version === 0 || isIP(network) !== version) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}
