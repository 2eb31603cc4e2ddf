/** Tokens of Entra ID for a service connection, by each of its ways to log in. */
import type { Asking } from '../../src/cluster/ask.ts';
import { RolloutError } from '../../src/errors.ts';
import { assertionBy } from './assertion.ts';
import { type AzureEndpoint, notWhole } from './endpoint.ts';
import { tokenRefused } from './faults.ts';
import { vouchedFor } from './federated.ts';
import { type Answer, answerTo, textOf } from './web.ts';

/** A token, and when it ends in milliseconds since 1970. */
export interface Token {
  readonly token: string;
  readonly expiresAt: number;
}

/** How to ask: the web, and the address within the machine, which no proxy knows. */
export interface Ways {
  readonly web: Asking;
  readonly machine: Asking;
}

type Login = (endpoint: AzureEndpoint, resource: string, ways: Ways) => Promise<Answer>;

const BY_JWT = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The ways to log in, by the connection's scheme. */
const LOGINS: ReadonlyMap<string, Login> = new Map<string, Login>([
  [
    'serviceprincipal',
    ({ certificate, secret, ...endpoint }, resource, { web }) => {
      if (certificate !== null) {
        const assertion = assertionBy(certificate, endpoint.client ?? '', tokenAddress(endpoint));
        return signedIn(endpoint, { resource, proof: { client_assertion_type: BY_JWT, client_assertion: assertion } }, web);
      }
      if (secret === null) throw notWhole('holds no secret and no certificate of its service principal');
      return signedIn(endpoint, { resource, proof: { client_secret: secret } }, web);
    },
  ],
  [
    'workloadidentityfederation',
    async (endpoint, resource, { web }) => {
      const assertion = await vouchedFor(endpoint.id, web);
      return signedIn(endpoint, { resource, proof: { client_assertion_type: BY_JWT, client_assertion: assertion } }, web);
    },
  ],
  ['managedserviceidentity', ({ client }, resource, { machine }) => ofMachine(client, resource, machine)],
]);

/** Logs in for a resource. Throws LOGIN_FAILED with what to do, UNREACHABLE where nobody answers. */
export async function tokenFor(endpoint: AzureEndpoint, resource: string, ways: Ways): Promise<Token> {
  const login = LOGINS.get(endpoint.scheme);
  if (login === undefined) throw notWhole(`logs in by the scheme "${endpoint.scheme}", which is not known here`);
  const answer = await login(endpoint, resource, ways);
  const token = textOf(answer.fields.access_token);
  if (answer.status !== 200 || token === null) throw tokenRefused(endpoint.authority, answer);
  const seconds = Number(answer.fields.expires_in);
  return { token, expiresAt: Date.now() + (Number.isFinite(seconds) ? seconds : 300) * 1000 };
}

function tokenAddress({ authority, tenant }: Pick<AzureEndpoint, 'authority' | 'tenant'>): string {
  if (tenant === null) throw notWhole('names no tenant');
  return `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
}

interface Proven {
  readonly resource: string;
  readonly proof: Readonly<Record<string, string>>;
}

function signedIn(endpoint: Omit<AzureEndpoint, 'secret' | 'certificate'>, { resource, proof }: Proven, web: Asking): Promise<Answer> {
  if (endpoint.client === null) throw notWhole('names no application (serviceprincipalid)');
  const form = { grant_type: 'client_credentials', client_id: endpoint.client, scope: `${resource}/.default`, ...proof };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return answerTo(web, { address: tokenAddress(endpoint), headers, body: new URLSearchParams(form).toString() });
}

/** The name of the variable by which Azure's libraries find another address of the machine's service. */
const ELSEWHERE = 'AZURE_POD_IDENTITY_AUTHORITY_HOST';

async function ofMachine(client: string | null, resource: string, machine: Asking): Promise<Answer> {
  const host = (process.env[ELSEWHERE] || 'http://169.254.169.254').replace(/\/+$/, '');
  const query = new URLSearchParams({ 'api-version': '2018-02-01', resource, ...(client === null ? {} : { client_id: client }) });
  const address = `${host}/metadata/identity/oauth2/token?${query.toString()}`;
  const answer = await answerTo(machine, { address, headers: { metadata: 'true' } }).catch(() => null);
  if (answer?.status === 200) return answer;
  throw new RolloutError(
    'LOGIN_FAILED',
    `The agent has no managed identity that logs in${answer === null ? ': nothing answers there' : ` (status ${answer.status})`}.`,
    'Run on an agent in Azure and assign its virtual machine the identity; hosted agents have none: use workload identity federation.',
  );
}
