/** An Azure Resource Manager service connection, as the agent hands it to the step. */
import * as task from 'azure-pipelines-task-lib/task.js';
import { RolloutError } from '../../src/errors.ts';

/** Who logs in to which cloud. Addresses have no slash at their end. */
export interface AzureEndpoint {
  readonly id: string;
  /** Lower-case: `serviceprincipal`, `managedserviceidentity`, `workloadidentityfederation`. */
  readonly scheme: string;
  readonly subscription: string;
  readonly tenant: string | null;
  readonly client: string | null;
  readonly secret: string | null;
  /** PEM: the certificate and its key. */
  readonly certificate: string | null;
  /** Where tokens are asked for: `https://login.microsoftonline.com`. */
  readonly authority: string;
  /** Where clusters are asked for: `https://management.azure.com`. */
  readonly manager: string;
  /** For whom a token of the manager is: a resource, with the slash that it may have at its end. */
  readonly audience: string;
}

interface Cloud {
  readonly authority: string;
  readonly manager: string;
}

/** What a cloud is where the connection names nothing but the cloud. */
const CLOUDS: ReadonlyMap<string, Cloud> = new Map([
  ['azurecloud', { authority: 'https://login.microsoftonline.com', manager: 'https://management.azure.com' }],
  ['azureusgovernment', { authority: 'https://login.microsoftonline.us', manager: 'https://management.usgovcloudapi.net' }],
  ['azurechinacloud', { authority: 'https://login.chinacloudapi.cn', manager: 'https://management.chinacloudapi.cn' }],
]);

/** Reads the connection; throws LOGIN_FAILED for one that is not whole, or whose addresses would carry the login in the clear. */
export function azureEndpoint(id: string): AzureEndpoint {
  const cloud = CLOUDS.get((data(id, 'environment') ?? 'AzureCloud').toLowerCase());
  const manager = address(task.getEndpointUrl(id, true) || cloud?.manager, 'address');
  const subscription = data(id, 'SubscriptionID');
  if (subscription === null) throw notWhole('names no subscription (SubscriptionID)');
  const isCertificate = parameter(id, 'authenticationType')?.toLowerCase() === 'spncertificate';
  return {
    id,
    scheme: (task.getEndpointAuthorizationScheme(id, true) ?? '').toLowerCase(),
    subscription,
    tenant: parameter(id, 'tenantid'),
    client: parameter(id, 'serviceprincipalid') ?? data(id, 'msiclientId'),
    secret: isCertificate ? null : parameter(id, 'serviceprincipalkey'),
    certificate: isCertificate ? parameter(id, 'servicePrincipalCertificate') : null,
    authority: address(data(id, 'environmentAuthorityUrl') ?? cloud?.authority, 'environmentAuthorityUrl'),
    manager,
    audience: data(id, 'activeDirectoryServiceEndpointResourceId') ?? `${manager}/`,
  };
}

/** A connection that lacks something: LOGIN_FAILED. */
export function notWhole(what: string): RolloutError {
  const hint = 'Open it in the project settings, save it again and let the pipeline use it (Security, Pipeline permissions).';
  return new RolloutError('LOGIN_FAILED', `The Azure service connection ${what}.`, hint);
}

function address(text: string | undefined, what: string): string {
  if (text !== undefined && URL.canParse(text) && new URL(text).protocol === 'https:') return text.replace(/\/+$/, '');
  throw notWhole(`has no ${what} that begins with https://`);
}

function data(id: string, key: string): string | null {
  return task.getEndpointDataParameter(id, key, true) || null;
}

/** A secret or a field of a service connection's authorization; null where it has none. */
export function parameter(id: string, key: string): string | null {
  return task.getEndpointAuthorizationParameter(id, key, true) || null;
}
