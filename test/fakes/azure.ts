/** Entra ID, Azure Resource Manager and Azure DevOps over TLS, and the service of the machine over HTTP, with the shapes of their answers. */
import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { type IncomingMessage, createServer as plainServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a test says of the cloud. `refuse` answers a request by its path before anybody else does. */
export interface Cloud {
  /** Of the cluster behind it. */
  readonly server: string;
  readonly token: string;
  refuse?: ((path: string) => readonly [number, unknown] | null) | undefined;
  power?: string;
  isPrivate?: boolean;
  ranges?: readonly string[];
  /** Public and private name. */
  names?: { readonly fqdn: string; readonly privateFQDN: string };
  /** For how long tokens are good; an hour when absent. */
  seconds?: number;
  kubeconfigServer?: string;
}

export interface FakeAzure {
  readonly url: string;
  readonly machine: string;
  /** The authority of its certificate, and a certificate with its key for a service principal. */
  readonly caFile: string;
  readonly pem: string;
  readonly asked: string[];
  close(): Promise<void>;
}

export const AKS = '6dae42f8-4368-4678-94ff-3960e28e3630';
const MANAGER_TOKEN = 'token-of-the-manager';

export async function fakeAzure(cloud: Cloud): Promise<FakeAzure> {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-azure-'));
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-keyout', keyFile, '-out', caFile, '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...made], { stdio: 'ignore' });
  const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(caFile, 'utf8')];
  const asked: string[] = [];
  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const url = new URL(request.url ?? '/', 'http://fake');
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    const refused = cloud.refuse?.(url.pathname);
    if (refused) return refused;
    const body = new URLSearchParams(await bodyOf(request));
    if (url.pathname.endsWith('/oauth2/v2.0/token')) return signIn({ body, cloud, cert });
    if (url.pathname.endsWith('/oidctoken')) return vouch(request, url);
    if (url.pathname.startsWith('/metadata/')) return ofMachine(request, url, cloud);
    return manage(request, url, cloud);
  };
  const servers = [
    createServer({ key, cert }, (request, response) => void reply(request, response, answer)),
    plainServer((request, response) => void reply(request, response, answer)),
  ] as const;
  const [port, machinePort] = await Promise.all(servers.map(listening));
  return {
    url: `https://127.0.0.1:${port}`,
    machine: `http://127.0.0.1:${machinePort}`,
    caFile,
    pem: `${key}\n${cert}`,
    asked,
    close: async () => {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map(server => new Promise(done => server.close(done))));
    },
  };
}

async function reply(
  request: IncomingMessage,
  response: import('node:http').ServerResponse,
  answer: (request: IncomingMessage) => Promise<readonly [number, unknown]>,
): Promise<void> {
  const [status, body] = await answer(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function listening(server: Server): Promise<number> {
  return new Promise(done => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const refusal = (code: number, said: string): readonly [number, unknown] => [
  401,
  { error: 'invalid_client', error_description: `AADSTS${code}: ${said} for app 'secret-app'.`, error_codes: [code] },
];

function signIn({ body, cloud, cert }: { body: URLSearchParams; cloud: Cloud; cert: string }): readonly [number, unknown] {
  if (body.get('grant_type') !== 'client_credentials' || body.get('client_id') !== 'the-client') return refusal(700016, 'not found');
  const assertion = body.get('client_assertion');
  const isProven =
    assertion === null ? body.get('client_secret') === 'the secret&=' : assertion === 'of-devops' || isSigned(assertion, cert);
  if (!isProven) return refusal(7000215, 'Invalid client secret');
  return [200, { token_type: 'Bearer', expires_in: cloud.seconds ?? 3599, access_token: tokenOf(body.get('scope') ?? '', cloud) }];
}

/** A token is good for what it was asked for, and for nothing else. */
const tokenOf = (scope: string, { token }: Cloud): string =>
  scope.startsWith(AKS)
    ? token
    : scope === 'https://management.fake//.default' || scope === 'https://management.fake/'
      ? MANAGER_TOKEN
      : 'of-no-use';

function isSigned(assertion: string, cert: string): boolean {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const { raw } = new X509Certificate(cert);
  const { x5t } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const { aud, sub, exp } = JSON.parse(Buffer.from(body, 'base64url').toString());
  const isOurs =
    x5t === createHash('sha1').update(raw).digest('base64url') && aud.endsWith('/the-tenant/oauth2/v2.0/token') && sub === 'the-client';
  const isTrue = verify('sha256', Buffer.from(`${head}.${body}`), createPublicKey(cert), Buffer.from(signature, 'base64url'));
  return isOurs && isTrue && exp * 1000 > Date.now();
}

function vouch({ method, headers }: IncomingMessage, url: URL): readonly [number, unknown] {
  const isAsked = method === 'POST' && headers.authorization === 'Bearer of-the-job' && url.searchParams.get('serviceConnectionId');
  return isAsked && url.pathname.startsWith('/org/project/_apis/distributedtask/hubs/build/plans/plan/jobs/job/')
    ? [200, { oidcToken: 'of-devops' }]
    : [401, {}];
}

function ofMachine({ headers }: IncomingMessage, url: URL, cloud: Cloud): readonly [number, unknown] {
  if (headers.metadata !== 'true') return [400, { error: 'invalid_request' }];
  const resource = url.searchParams.get('resource') ?? '';
  return [200, { access_token: tokenOf(resource, cloud), expires_in: '86399', resource, token_type: 'Bearer' }];
}

const CLUSTER = '/subscriptions/the-subscription/resourceGroups/shop/providers/Microsoft.ContainerService/';

function manage({ method, headers }: IncomingMessage, url: URL, cloud: Cloud): readonly [number, unknown] {
  if (headers.authorization !== `Bearer ${MANAGER_TOKEN}`) return [401, { error: { code: 'InvalidAuthenticationToken' } }];
  const path = url.pathname.replace(CLUSTER, '');
  if (method === 'GET') {
    const apiServerAccessProfile = { enablePrivateCluster: cloud.isPrivate ?? false, authorizedIPRanges: cloud.ranges ?? [] };
    return [200, { name: 'web', properties: { powerState: { code: cloud.power ?? 'Running' }, apiServerAccessProfile, ...cloud.names } }];
  }
  const isAdmin = path === 'managedClusters/web/listClusterAdminCredential';
  if (!isAdmin && path !== 'managedClusters/web/listClusterUserCredential' && path !== 'fleets/web/listCredentials')
    return [404, { error: { code: 'ResourceNotFound', message: 'not found' } }];
  const text = kubeconfig(cloud, isAdmin);
  return [200, { kubeconfigs: [{ name: isAdmin ? 'clusterAdmin' : 'clusterUser', value: Buffer.from(text).toString('base64') }] }];
}

function kubeconfig({ server, token, kubeconfigServer }: Cloud, isAdmin: boolean): string {
  const args = ['get-token', '--environment', 'AzurePublicCloud', '--server-id', AKS, '--login', 'devicecode'];
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'kubelogin', args, provideClusterInfo: false };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'web',
    clusters: [{ name: 'web', cluster: { server: kubeconfigServer ?? server } }],
    users: [{ name: 'user', user: isAdmin ? { token } : { exec } }],
    contexts: [{ name: 'web', context: { cluster: 'web', user: 'user' } }],
  });
}
