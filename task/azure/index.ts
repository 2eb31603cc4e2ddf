/** The Azure Resource Manager connection: from the step's inputs to a kubeconfig, and to a login in place of kubelogin. */
import { basename } from 'node:path';
import * as task from 'azure-pipelines-task-lib/task.js';
import { type Asking, NO_CERTIFICATE, openAsking } from '../../src/cluster/ask.ts';
import type { AgentProxy } from '../../src/cluster/web.ts';
import type { PlatformConnection } from '../../src/entry.ts';
import { type AzureCluster, accessTo } from './cluster.ts';
import { type AzureEndpoint, azureEndpoint } from './endpoint.ts';
import { type Token, tokenFor, type Ways } from './identity.ts';

/** Every AKS cluster that asks for Entra ID takes tokens for this application, in every cloud. */
const AKS = '6dae42f8-4368-4678-94ff-3960e28e3630';

/** Logs in to Azure and asks for the cluster. Throws LOGIN_FAILED, FORBIDDEN, NOT_FOUND, UNREACHABLE, API_ERROR with what to do. */
export async function azureConnection(agentProxy: AgentProxy): Promise<Omit<PlatformConnection, 'context' | 'skipTlsVerify'>> {
  const endpoint = azureEndpoint(task.getInput('azureSubscriptionConnection') ?? task.getInput('azureSubscriptionEndpoint') ?? '');
  const access = await asking(agentProxy, async by => {
    const { token } = await maskedToken(endpoint, endpoint.audience, by);
    return accessTo(clusterAsked(), endpoint, { token, web: by.web });
  });
  return {
    kubeconfig: access.kubeconfig,
    loginInstead: ({ command }) => (isKubelogin(command) ? entraLogin(endpoint, agentProxy) : null),
    ...(access.closed === null ? {} : { whereUnreachable: ways[access.closed] }),
  };
}

/** How a cluster is reached that does not admit everybody. */
const ways: Readonly<Record<'private' | 'ranges', string>> = {
  private:
    'The cluster is private: run on a self-hosted agent in its network or in one that is peered with it, or on a managed DevOps pool in such a network. Hosted agents do not reach it.',
  ranges:
    'The cluster admits authorized address ranges only: add the address from which the agent reaches it (az aks update --api-server-authorized-ip-ranges), or run on an agent within a range.',
};

const isKubelogin = (command: string): boolean => /^kubelogin(\.exe)?$/i.test(basename(command.replaceAll('\\', '/')));

async function entraLogin(endpoint: AzureEndpoint, agentProxy: AgentProxy) {
  return { ...(await asking(agentProxy, ways => maskedToken(endpoint, AKS, ways))), certificate: null };
}

function clusterAsked(): AzureCluster {
  return {
    group: task.getInput('azureResourceGroup') ?? '',
    name: task.getInput('kubernetesCluster') ?? '',
    isFleet: task.getInput('resourceType')?.toLowerCase().endsWith('/fleets') ?? false,
    asAdmin: task.getInput('useClusterAdmin')?.toLowerCase() === 'true',
    byPrivateName: task.getInput('usePrivateFqdn')?.toLowerCase() === 'true',
  };
}

async function maskedToken(endpoint: AzureEndpoint, resource: string, ways: Ways): Promise<Token> {
  const token = await tokenFor(endpoint, resource, ways);
  task.setSecret(token.token);
  return token;
}

/** Connections live as long as what is asked through them. */
async function asking<T>(agentProxy: AgentProxy, ask: (ways: Ways) => Promise<T>): Promise<T> {
  const web: Asking = openAsking({ environment: process.env, agentProxy }, NO_CERTIFICATE);
  const machine: Asking = openAsking({ environment: {} }, NO_CERTIFICATE);
  try {
    return await ask({ web, machine });
  } finally {
    await Promise.all([web.close(), machine.close()]);
  }
}
