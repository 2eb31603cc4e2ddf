import { RolloutError } from '../errors.ts';
import type { Session } from '../execute/session.ts';
import { together } from '../execute/together.ts';
import { at, records, text } from '../manifests/json.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';

/** Tells where the files' Services of type LoadBalancer answer, or that this is not known yet: nobody waits for a cloud's load balancer. */
export async function tellAddresses({ request, cluster, emit }: Pick<Session, 'request' | 'cluster' | 'emit'>): Promise<void> {
  const { action, dryRun } = request.inputs;
  if (action === 'reject' || dryRun) return;
  const balanced = request.manifests
    .map(({ object }) => object)
    .filter(({ kind, spec }) => kind === 'Service' && spec?.type === 'LoadBalancer');
  const live = await together(balanced.map(object => cluster.get(refOf(object)).catch(asUnseen)));
  for (const service of live) if (service) emit({ type: 'notice', level: 'info', text: addressOf(service) });
}

/** What was written may still not be read by everybody, and the end of an action does not hang on it. */
function asUnseen(error: unknown): null {
  if (error instanceof RolloutError) return null;
  throw error;
}

function addressOf(service: KubeObject): string {
  const { name, namespace } = service.metadata;
  const addresses = records(at(service, 'status.loadBalancer.ingress')).map(({ ip, hostname }) => text(ip) || text(hostname));
  const ports = records(service.spec?.ports).map(({ port }) => String(port));
  const said = nameOf(refOf(service));
  return addresses.length > 0
    ? `${said} answers at ${addresses.join(', ')}, port ${ports.join(', ')}.`
    : `${said} has no address yet: kubectl get service ${name}${namespace ? ` -n ${namespace}` : ''} shows it.`;
}
