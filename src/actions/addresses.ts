import { RolloutError } from '../errors.ts';
import type { Session } from '../execute/session.ts';
import { together } from '../execute/together.ts';
import { at, items, records, text } from '../manifests/json.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { Outcome } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';

/**
 * Tells where the files' Services of type LoadBalancer answer, or that this is not known yet: nobody waits for a cloud's load balancer. Resolves to
 * the address that a person would open first, as the outcome has it; to nothing where none is told.
 */
export async function tellAddresses({
  request,
  cluster,
  emit,
}: Pick<Session, 'request' | 'cluster' | 'emit'>): Promise<Pick<Outcome, 'url'>> {
  const { action, dryRun } = request.inputs;
  if (action === 'reject' || dryRun) return {};
  const files = request.manifests.map(({ object }) => object);
  const balanced = files.filter(({ kind, spec }) => kind === 'Service' && spec?.type === 'LoadBalancer');
  const found = await together(balanced.map(object => cluster.get(refOf(object)).catch(asUnseen)));
  const live = found.flatMap(service => service ?? []);
  for (const service of live) emit({ type: 'notice', level: 'info', text: addressOf(service) });
  const [url] = [...files.flatMap(urlsOfIngress), ...live.flatMap(urlsOfService)];
  return url === undefined ? {} : { url };
}

/** Hosts with a wildcard are none that anybody can open. */
function urlsOfIngress({ kind, spec }: KubeObject): readonly string[] {
  if (kind !== 'Ingress') return [];
  const secure = records(spec?.tls).flatMap(({ hosts }) => items(hosts));
  const hosts = records(spec?.rules).map(({ host }) => text(host));
  return hosts.filter(host => host !== '' && !host.includes('*')).map(host => `${secure.includes(host) ? 'https' : 'http'}://${host}`);
}

function urlsOfService(service: KubeObject): readonly string[] {
  const [port] = records(service.spec?.ports).map(({ port: number }) => String(number));
  const [scheme, suffix] = port === '443' ? ['https', ''] : ['http', port === '80' || port === undefined ? '' : `:${port}`];
  return addressesOf(service).map(address => `${scheme}://${address.includes(':') ? `[${address}]` : address}${suffix}`);
}

const addressesOf = (service: KubeObject): readonly string[] =>
  records(at(service, 'status.loadBalancer.ingress')).flatMap(({ ip, hostname }) => text(ip) || text(hostname) || []);

/** What was written may still not be read by everybody, and the end of an action does not hang on it. */
function asUnseen(error: unknown): null {
  if (error instanceof RolloutError) return null;
  throw error;
}

function addressOf(service: KubeObject): string {
  const { name, namespace } = service.metadata;
  const addresses = addressesOf(service);
  const ports = records(service.spec?.ports).map(({ port }) => String(port));
  const said = nameOf(refOf(service));
  return addresses.length > 0
    ? `${said} answers at ${addresses.join(', ')}, port ${ports.join(', ')}.`
    : `${said} has no address yet: kubectl get service ${name}${namespace ? ` -n ${namespace}` : ''} shows it.`;
}
