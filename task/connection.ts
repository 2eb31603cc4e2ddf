/** Service connections. */

import * as task from 'azure-pipelines-task-lib/task.js';
import type { AgentProxy } from '../src/cluster/web.ts';
import type { PlatformConnection } from '../src/entry.ts';
import { RolloutError } from '../src/errors.ts';
import type { Inputs } from '../src/model/request.ts';
import { parameter } from './azure/endpoint.ts';
import { azureConnection } from './azure/index.ts';

/** How the step's inputs say that the cluster is reached. Azure is asked where they name a cluster of Azure. */
export async function connectionOf(inputs: Inputs, agentProxy: AgentProxy): Promise<PlatformConnection> {
  if (task.getInput('connectionType')?.toLowerCase() === 'azureresourcemanager')
    return { ...given(inputs), ...(await azureConnection(agentProxy)) };
  const id = endpointId();
  if (inputs.kubeconfig !== null || id === null) return given(inputs);
  return { ...fromEndpoint(id, inputs), ...namespaceOf(id) };
}

/**
 * The declared name first, then its alias: the agent fills in the declared one. Null is the agent's own kubeconfig, asked for by
 * `connectionType: none`: with the other types the inputs have been refused where they name no connection.
 */
function endpointId(): string | null {
  if (task.getInput('connectionType')?.toLowerCase() === 'none') return null;
  return task.getInput('kubernetesServiceConnection') ?? task.getInput('kubernetesServiceEndpoint') ?? null;
}

function given({ kubeconfig, context, skipTlsVerify }: Inputs): PlatformConnection {
  return { kubeconfig, context, skipTlsVerify };
}

function fromEndpoint(id: string, inputs: Inputs): PlatformConnection {
  const type = authorizationType(id);
  const skipTlsVerify = inputs.skipTlsVerify || task.getEndpointDataParameter(id, 'acceptUntrustedCerts', true)?.toLowerCase() === 'true';
  switch (type) {
    case 'kubeconfig':
    case 'kubernetes':
      return { kubeconfig: secret(id, 'kubeconfig'), context: inputs.context ?? parameter(id, 'clusterContext'), skipTlsVerify };
    case 'serviceaccount':
    case 'azuresubscription':
    case 'token':
      return { kubeconfig: serviceAccount(id, task.getEndpointUrl(id, true)), context: null, skipTlsVerify };
    default:
      throw new RolloutError(
        'INVALID_KUBECONFIG',
        `The service connection has the authorization type "${type}", which is not supported.`,
        'Use a Kubernetes service connection of the type Kubeconfig, Service Account or Azure Subscription.',
      );
  }
}

/** The connection's own data says it; older ones only have the scheme of their authorization, `Kubernetes` or `Token`. */
function authorizationType(id: string): string {
  const type = task.getEndpointDataParameter(id, 'authorizationType', true) ?? task.getEndpointAuthorizationScheme(id, true);
  return (type ?? 'kubeconfig').toLowerCase();
}

/** A kubeconfig as text; JSON is YAML too. The certificate is base64 already, as a kubeconfig wants it; the token is not. */
function serviceAccount(id: string, server: string | undefined): string {
  const certificate = parameter(id, 'serviceAccountCertificate');
  const token = Buffer.from(secret(id, 'apiToken'), 'base64').toString('utf8').trim();
  const name = 'service-connection';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, ...(certificate === null ? {} : { 'certificate-authority-data': certificate }) } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

function secret(id: string, key: string): string {
  const value = parameter(id, key);
  if (value !== null) return value;
  throw new RolloutError(
    'INVALID_KUBECONFIG',
    `The Kubernetes service connection has no ${key}.`,
    'Open it in the project settings, enter its credentials again and let the pipeline use it (Security, Pipeline permissions).',
  );
}

function namespaceOf(id: string): { readonly namespace?: string } {
  const namespace = task.getEndpointDataParameter(id, 'namespace', true);
  return namespace === undefined || namespace === '' ? {} : { namespace };
}
