/** What Azure's refusals mean, in words that say what to do. Azure's own texts are not shown: they name accounts and may quote what was sent. */
import { RolloutError } from '../../src/errors.ts';
import { record } from '../../src/manifests/json.ts';
import type { Answer } from './web.ts';
import { textOf } from './web.ts';

interface Refusal {
  /** Numbers of Entra ID's errors. */
  readonly codes: readonly string[];
  readonly message: string;
  readonly hint: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    codes: ['7000222'],
    message: 'The client secret of the service principal has expired.',
    hint: 'Make a new secret for the app registration and save it in the service connection; workload identity federation needs none.',
  },
  {
    codes: ['7000215'],
    message: 'The client secret of the service principal is wrong.',
    hint: 'Save the value of the secret, not its id, in the service connection.',
  },
  {
    codes: ['90002', '900023', '900382'],
    message: 'The tenant of the service connection does not exist in this cloud.',
    hint: 'Correct the tenant id in the service connection, and its environment where the tenant is in another cloud.',
  },
  {
    codes: ['700016'],
    message: 'The tenant of the service connection has no such application.',
    hint: 'Correct the tenant id or the application id in the service connection.',
  },
  {
    codes: ['7000112'],
    message: 'The application of the service connection is disabled in its tenant.',
    hint: 'Enable its enterprise application (Properties, Enabled for users to sign in), or give the service connection another one.',
  },
  {
    codes: ['700027'],
    message: 'The certificate of the service principal is not accepted: expired, or not registered for the application.',
    hint: 'Upload the certificate to the app registration, or save the new one in the service connection.',
  },
  {
    // No credential at all, then none with this issuer, audience, subject.
    codes: ['70025', '70021', '700211', '700212', '700213'],
    message: 'No federated credential of the application fits this service connection.',
    hint: 'Copy issuer and subject of the service connection into a federated credential of the application.',
  },
  {
    codes: ['700223', '700238'],
    message: 'The tenant does not allow workload identity federation with Azure DevOps.',
    hint: 'Have an administrator of the tenant admit the issuer of the service connection, or log in by a certificate or a managed identity.',
  },
  {
    codes: ['700024'],
    message: 'The proof of identity is not valid at this time.',
    hint: "Set the agent's clock, then run the step again.",
  },
  {
    codes: ['53003'],
    message: 'A conditional access policy refuses the login.',
    hint: 'Let the policy admit the network of the agent.',
  },
];

/** A token that was refused: LOGIN_FAILED. */
export function tokenRefused(whose: string, { status, fields }: Answer): RolloutError {
  const code = /AADSTS(\d+)/.exec(textOf(fields.error_description) ?? '')?.[1] ?? '';
  const { message, hint } = REFUSALS.find(({ codes }) => codes.includes(code)) ?? {
    message: `${whose} refuses the login of the service connection.`,
    hint: 'Verify the service connection in the project settings.',
  };
  return new RolloutError('LOGIN_FAILED', `${message} (${code === '' ? `status ${status}` : `AADSTS${code}`})`, hint);
}

/** What was asked of Azure Resource Manager, for messages. */
export interface Asked {
  /** What the name stands for: `cluster web`. */
  readonly what: string;
  /** The operation of the role: `Microsoft.ContainerService/managedClusters/listClusterUserCredential/action`. */
  readonly action: string;
  readonly role: string;
  /** The id of the resource. */
  readonly scope: string;
  /** What to do where Azure gives no other reason. */
  readonly advice: string;
}

/** A question that Azure Resource Manager refused: UNAUTHORIZED, FORBIDDEN, NOT_FOUND or API_ERROR. */
export function managerRefused({ what, action, role, scope, advice }: Asked, { status, fields }: Answer): RolloutError {
  const error = record(fields.error);
  const code = /^\w{1,60}$/.exec(textOf(error.code) ?? '')?.[0] ?? '';
  const said = `(status ${status}${code === '' ? '' : `, ${code}`})`;
  if (status === 401)
    return new RolloutError(
      'UNAUTHORIZED',
      `Azure does not accept the login for the ${what} ${said}.`,
      'Check that tenant and subscription of the service connection belong together.',
    );
  if (status === 403)
    return new RolloutError(
      'FORBIDDEN',
      `The service connection may not do ${action} on ${scope} ${said}.`,
      `Assign its identity the role "${role}" on that scope; a new assignment takes some minutes.`,
    );
  if (status === 404)
    return new RolloutError(
      'NOT_FOUND',
      `Azure knows no ${what}: ${scope} ${said}.`,
      'Correct azureResourceGroup, kubernetesCluster and resourceType, or take the connection to the right subscription.',
    );
  if (/local accounts/i.test(textOf(error.message) ?? ''))
    return new RolloutError(
      'FORBIDDEN',
      `Local accounts of the ${what} are disabled, so it has no admin credentials.`,
      'Leave useClusterAdmin out: the identity of the service connection then logs in by Entra ID, with the rights that it has in the cluster.',
    );
  return new RolloutError('API_ERROR', `Azure does not hand out the credentials of the ${what} ${said}.`, advice);
}
