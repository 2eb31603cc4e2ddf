import type { Header, PrometheusAt } from '../model/metrics.ts';
import { type Reading, read, refuse } from './reading.ts';
import { isOfConnection, isPort } from './shapes.ts';

const SERVICE = /^service:([a-z0-9][a-z0-9-]{0,62})\/(https:)?([a-z0-9][a-z0-9-]{0,62}):([a-z0-9][a-z0-9-]{0,62})((?:\/[\w\-.~]+)*)\/?$/;

/** Reads `https://prometheus.example.com` or `service:NAMESPACE/NAME:PORT`. */
export function prometheus(text: string): Reading<PrometheusAt> {
  if (text.startsWith('service:')) return service(text);
  const url = addressOf(text);
  if (url === null) return refuse('an http(s) address such as https://prometheus.example.com, or service:NAMESPACE/NAME:PORT');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return refuse('only the address: a login has its own inputs, which are masked, and a query is not allowed');
  return read({ url: url.origin + url.pathname.replace(/\/+$/, '').replace(/\/api\/v1(\/query)?$/, '') });
}

function service(text: string): Reading<PrometheusAt> {
  const [, namespace, secure, name, port, path = ''] = SERVICE.exec(text) ?? [];
  if (
    namespace === undefined ||
    name === undefined ||
    port === undefined ||
    !isPort(port) ||
    path.split('/').some(part => /^\.+$/.test(part))
  )
    return refuse('service:NAMESPACE/NAME:PORT, with https: before the name for TLS, such as service:monitoring/prometheus:9090');
  return read({ service: { namespace, scheme: secure ? 'https' : 'http', name, port, path } });
}

function addressOf(text: string): URL | null {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

/** Reads lines such as `X-Scope-OrgID: shop`. What is wrong is told without any value: it may be a secret. */
export function headers(text: string): Reading<readonly Header[]> {
  const lines = text.split(/\r?\n/);
  const all = lines.map(line => /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*([\x20-\x7e]*\S)\s*$/.exec(line));
  const wrong = all.findIndex((header, at) => header === null && lines[at]?.trim() !== '');
  if (wrong >= 0) return refuse(`line ${wrong + 1} is no header; give lines such as X-Scope-OrgID: shop`);
  const found = all.flatMap((header): readonly Header[] => (header ? [[header[1] ?? '', header[2] ?? '']] : []));
  const names = found.map(([name]) => name.toLowerCase());
  const ours = names.find(isOfConnection);
  if (ours !== undefined) return refuse(`headers for who answers (${ours} is set by the connection itself)`);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return twice === undefined ? read(found) : refuse(`each header once (${twice} stands there twice)`);
}
