/** What Azure's refusals mean, in words that say what to do. Azure's own texts are not shown: they name accounts and may quote what was sent. */
import { RolloutError } from '../../src/errors.ts';
import { record } from '../../src/manifests/json.ts';
import type { Answer } from './web.ts';
import { textOf } from './web.ts';

/** Message and hint, by the number of Entra ID's error. */
const REFUSALS: ReadonlyMap<string, readonly [string, string]> = new Map([
  [
    '7000222',
    [
      'The client secret of the service principal has expired.',
      'Make a new secret for the app registration and save it in the service connection; workload identity federation needs none.',
    ],
  ],
  [
    '7000215',
    ['The client secret of the service principal is wrong.', 'Save the value of the secret, not its id, in the service connection.'],
  ],
  [
    '90002',
    [
      'The tenant of the service connection does not exist in this cloud.',
      'Correct the tenant id in the service connection, and its environment where the tenant is in another cloud.',
    ],
  ],
  [
    '700016',
    [
      'The tenant of the service connection has no such application.',
      'Correct the tenant id or the application id in the service connection.',
    ],
  ],
  [
    '700027',
    [
      'The certificate of the service principal is not accepted: expired, or not registered for the application.',
      'Upload the certificate to the app registration, or save the new one in the service connection.',
    ],
  ],
  [
    '70021',
    [
      'No federated credential of the application fits this service connection.',
      'Copy issuer and subject of the service connection into a federated credential of the application.',
    ],
  ],
  [
    '700213',
    [
      'No federated credential of the application fits this service connection.',
      'Copy issuer and subject of the service connection into a federated credential of the application.',
    ],
  ],
  ['700024', ['The proof of identity is not valid at this time.', "Set the agent's clock, then run the step again."]],
  ['53003', ['A conditional access policy refuses the login.', 'Let the policy admit the network of the agent.']],
]);

/** A token that was refused: LOGIN_FAILED. */
export function tokenRefused(whose: string, { status, fields }: Answer): RolloutError {
  const code = /AADSTS(\d+)/.exec(textOf(fields.error_description) ?? '')?.[1] ?? '';
  const [message, hint] = REFUSALS.get(code) ?? [
    `${whose} refuses the login of the service connection.`,
    'Verify the service connection in the project settings.',
  ];
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
}

/** A question that Azure Resource Manager refused: UNAUTHORIZED, FORBIDDEN, NOT_FOUND or API_ERROR. */
export function managerRefused({ what, action, role, scope }: Asked, { status, fields }: Answer): RolloutError {
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
  return new RolloutError(
    'API_ERROR',
    `Azure does not hand out the credentials of the ${what} ${said}.`,
    'Look at the cluster in the portal, then run the step again.',
  );
}
