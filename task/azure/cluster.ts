/** The kubeconfig of an AKS cluster or of a fleet's hub, from Azure Resource Manager. */
import type { Asking } from '../../src/cluster/ask.ts';
import { RolloutError } from '../../src/errors.ts';
import { record, records } from '../../src/manifests/json.ts';
import type { AzureEndpoint } from './endpoint.ts';
import { type Asked, managerRefused } from './faults.ts';
import { answerTo, type Fields, textOf } from './web.ts';

/** Which cluster, and as whom. */
export interface AzureCluster {
  readonly group: string;
  readonly name: string;
  readonly isFleet: boolean;
  readonly asAdmin: boolean;
  readonly byPrivateName: boolean;
}

/** What is known of the cluster before it is spoken to. */
export interface AzureAccess {
  readonly kubeconfig: string;
  /** What keeps some agents away from it; null where nothing is known. */
  readonly closed: 'private' | 'ranges' | null;
}

interface Kind {
  readonly type: string;
  readonly version: string;
  readonly list: string;
  readonly role: string;
  readonly advice: string;
}

function kindOf({ isFleet, asAdmin }: AzureCluster): Kind {
  if (isFleet)
    return {
      type: 'fleets',
      version: '2024-04-01',
      list: 'listCredentials',
      role: 'Azure Kubernetes Fleet Manager RBAC Writer',
      advice:
        'A fleet without a hub cluster has no credentials: name one of its member clusters instead (resourceType: Microsoft.ContainerService/managedClusters).',
    };
  const [list, who] = asAdmin ? ['listClusterAdminCredential', 'Admin'] : ['listClusterUserCredential', 'User'];
  return {
    type: 'managedClusters',
    version: '2024-05-01',
    list,
    role: `Azure Kubernetes Service Cluster ${who} Role`,
    advice: 'Look at the cluster in the portal, then run the step again.',
  };
}

/** Asks for the kubeconfig. Throws FORBIDDEN, NOT_FOUND, UNREACHABLE and API_ERROR, each with what to do. */
export async function accessTo(
  cluster: AzureCluster,
  endpoint: AzureEndpoint,
  { token, web }: { token: string; web: Asking },
): Promise<AzureAccess> {
  const { type, version, list, role, advice } = kindOf(cluster);
  const parts = [
    'subscriptions',
    endpoint.subscription,
    'resourceGroups',
    cluster.group,
    'providers',
    'Microsoft.ContainerService',
    type,
    cluster.name,
  ];
  const scope = `/${parts.map(encodeURIComponent).join('/')}`;
  const asked = {
    what: `${cluster.isFleet ? 'fleet' : 'cluster'} ${cluster.name}`,
    action: `Microsoft.ContainerService/${type}/${list}/action`,
    role,
    scope,
    advice,
  };
  const headers = { authorization: `Bearer ${token}` };
  const about = await answerTo(web, { address: `${endpoint.manager}${scope}?api-version=${version}`, headers });
  const properties = about.status === 200 ? record(about.fields.properties) : {};
  refuseStopped(asked, textOf(record(properties.powerState).code));
  const query = new URLSearchParams({
    'api-version': version,
    ...(cluster.isFleet || cluster.asAdmin ? {} : { format: 'exec' }),
  });
  const answer = await answerTo(web, { address: `${endpoint.manager}${scope}/${list}?${query.toString()}`, headers, body: '' });
  if (answer.status !== 200) throw managerRefused(asked, answer);
  const kubeconfig = kubeconfigIn(asked, answer.fields.kubeconfigs);
  return {
    kubeconfig: cluster.byPrivateName ? privatelyNamed(asked, kubeconfig, properties) : kubeconfig,
    closed: closedBy(record(properties.apiServerAccessProfile)),
  };
}

/** The same server by the name that only its own network knows. */
function privatelyNamed({ what }: Asked, kubeconfig: string, { fqdn, privateFQDN }: Fields): string {
  const [known, wanted] = [textOf(fqdn), textOf(privateFQDN)];
  if (wanted === null) {
    const hint = 'Leave usePrivateFqdn out, or let the identity of the service connection read the cluster.';
    throw new RolloutError('INVALID_INPUT', `Azure tells no private name of the ${what}.`, hint);
  }
  return known === null ? kubeconfig : kubeconfig.replaceAll(`//${known}:`, `//${wanted}:`);
}

function refuseStopped({ what }: Asked, power: string | null): void {
  if (power?.toLowerCase() !== 'stopped') return;
  throw new RolloutError('UNREACHABLE', `The ${what} is stopped.`, 'Start it (az aks start), wait until it runs, then run the step again.');
}

function closedBy({ enablePrivateCluster, authorizedIPRanges }: Fields): AzureAccess['closed'] {
  if (enablePrivateCluster === true) return 'private';
  return Array.isArray(authorizedIPRanges) && authorizedIPRanges.length > 0 ? 'ranges' : null;
}

function kubeconfigIn({ what, advice }: Asked, listed: unknown): string {
  const all = records(listed);
  const packed = textOf((all.find(({ name }) => name === 'clusterUser' || name === 'clusterAdmin') ?? all[0])?.value);
  if (packed !== null) return Buffer.from(packed, 'base64').toString('utf8');
  throw new RolloutError('API_ERROR', `Azure answers without credentials of the ${what}.`, advice);
}
