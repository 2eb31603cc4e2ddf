/** A step by an Azure Resource Manager connection, from the login to a Deployment in the simulated cluster. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulation, simulate } from '../../src/simulation/index.ts';
import { type Ended, runBundle } from '../bundle.ts';
import { type Cloud, type FakeAzure, fakeAzure } from '../fakes/azure.ts';
import { answeringProxy } from '../fakes/proxy.ts';
import { stepWorkspace } from '../fakes/workspace.ts';

let simulation: Simulation;
let cloud: Cloud;
let azure: FakeAzure;
let workspace: string;

beforeAll(async () => {
  simulation = await simulate();
  cloud = { server: simulation.url, token: simulation.token };
  azure = await fakeAzure(cloud);
  workspace = await stepWorkspace();
});

afterAll(async () => {
  await azure.close();
  await simulation.close();
});

beforeEach(() => {
  azure.asked.length = 0;
  for (const name of ['refuse', 'power', 'isPrivate', 'ranges', 'seconds', 'names', 'kubeconfigServer'] as const) delete cloud[name];
});

const id = '11111111-2222-3333-4444-555555555555';

interface Connection {
  readonly scheme?: string;
  readonly auth?: Readonly<Record<string, string>>;
  /** Variables in place of those of the agent. */
  readonly env?: Readonly<Record<string, string>>;
}

const bySecret: Connection = { auth: { serviceprincipalkey: 'the secret&=' } };

/** The step of Microsoft's documentation with its name changed, as the agent runs it. */
function step(
  inputs: Readonly<Record<string, string>> = {},
  { scheme = 'ServicePrincipal', auth = {}, env = {} }: Connection = bySecret,
): Promise<Ended> {
  const parameters = { serviceprincipalid: 'the-client', tenantid: 'the-tenant', ...auth };
  const given = {
    action: 'deploy',
    connectionType: 'azureResourceManager',
    azureSubscriptionConnection: id,
    azureResourceGroup: 'shop',
    kubernetesCluster: 'web',
    manifests: 'web.json',
    dryRun: 'true',
    ...inputs,
  };
  return runBundle('task', {
    env: {
      NODE_EXTRA_CA_CERTS: azure.caFile,
      AZURE_POD_IDENTITY_AUTHORITY_HOST: azure.machine,
      SYSTEM_DEFAULTWORKINGDIRECTORY: workspace,
      AGENT_TEMPDIRECTORY: workspace,
      BUILD_BUILDID: '1',
      SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: `${azure.url}/org/`,
      SYSTEM_TEAMPROJECTID: 'project',
      SYSTEM_HOSTTYPE: 'build',
      SYSTEM_PLANID: 'plan',
      SYSTEM_JOBID: 'job',
      ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: 'of-the-job',
      [`ENDPOINT_URL_${id}`]: `${azure.url}/`,
      [`ENDPOINT_AUTH_SCHEME_${id}`]: scheme,
      [`ENDPOINT_DATA_${id}_SUBSCRIPTIONID`]: 'the-subscription',
      [`ENDPOINT_DATA_${id}_ENVIRONMENTAUTHORITYURL`]: `${azure.url}/`,
      [`ENDPOINT_DATA_${id}_ACTIVEDIRECTORYSERVICEENDPOINTRESOURCEID`]: 'https://management.fake/',
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [`ENDPOINT_AUTH_PARAMETER_${id}_${name.toUpperCase()}`, value]),
      ),
      ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env,
    },
  });
}

const listed = (): readonly string[] =>
  azure.asked.filter(line => line.includes('/list')).map(line => line.replace(/.*ContainerService/, ''));

describe('a connection', () => {
  test('by a service principal with a secret deploys to a cluster that asks for kubelogin, without it', async () => {
    const ended = await step({ dryRun: 'false', annotate: 'true' }, { ...bySecret, env: { BUILD_SOURCEVERSION: 'the-commit' } });
    expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('status') });
    const objects = JSON.stringify([...simulation.state().objects.values()]);
    for (const text of ['"image":"web:1"', '"azure-pipelines/commit":"the-commit"']) expect(objects).toContain(text);
    expect(listed()).toEqual(['/managedClusters/web/listClusterUserCredential?api-version=2024-05-01&format=exec']);
    // The library's own lines of what it reads are masked by the agent, which knows the connection's parameters.
    const shown = ended.text.split('\n').filter(line => !/^##vso\[task\.(setsecret|debug\][\w-]+ auth param )/.test(line));
    for (const secret of [cloud.token, 'the secret', 'token-of-the-manager', 'of-the-job']) expect(shown.join('\n')).not.toContain(secret);
  });

  test('by a service principal with a certificate is proven by its key', async () => {
    expect(
      await step({}, { auth: { authenticationType: 'spnCertificate', servicePrincipalCertificate: azure.pem.replaceAll('\n', ' ') } }),
    ).toMatchObject({
      code: 0,
    });
  });

  test('by workload identity federation is vouched for anew at every login', async () => {
    expect(await step({}, { scheme: 'WorkloadIdentityFederation' })).toMatchObject({ code: 0 });
    const vouched = azure.asked.filter(line => line.endsWith(`/oidctoken?api-version=7.1&serviceConnectionId=${id}`));
    expect(vouched).toHaveLength(2);
  });

  test('logs in again when its token ended', async () => {
    cloud.seconds = 5;
    expect(await step({}, { scheme: 'WorkloadIdentityFederation' })).toMatchObject({ code: 0 });
    expect(azure.asked.filter(line => line.includes('/oidctoken')).length).toBeGreaterThan(2);
  });

  test('by managed identity asks the machine', async () => {
    expect(await step({}, { scheme: 'ManagedServiceIdentity' })).toMatchObject({ code: 0 });
    expect(azure.asked.some(line => line.includes('/oauth2/v2.0/'))).toBe(false);
  });

  test('takes the administrator, the private name and the hub of a fleet where they are asked for', async () => {
    const { port } = new URL(simulation.url);
    Object.assign(cloud, { names: { fqdn: 'web.invalid', privateFQDN: '127.0.0.1' }, kubeconfigServer: `http://web.invalid:${port}` });
    expect(await step({ useClusterAdmin: 'true', usePrivateFqdn: 'true' })).toMatchObject({ code: 0 });
    delete cloud.kubeconfigServer;
    expect(await step({ resourceType: 'Microsoft.ContainerService/fleets' })).toMatchObject({ code: 0 });
    expect(listed()).toEqual([
      '/managedClusters/web/listClusterAdminCredential?api-version=2024-05-01',
      '/fleets/web/listCredentials?api-version=2024-04-01',
    ]);
  });
});

test('a connection of another cloud logs in there where it names no address', async () => {
  const proxy = await answeringProxy({});
  const data = { [`ENDPOINT_DATA_${id}_ENVIRONMENT`]: 'AzureUSGovernment', [`ENDPOINT_DATA_${id}_ENVIRONMENTAUTHORITYURL`]: '' };
  const ended = await step({}, { ...bySecret, env: { ...data, HTTPS_PROXY: proxy.url } });
  await proxy.close();
  expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('UNREACHABLE: https://login.microsoftonline.us') });
  expect([...new Set(proxy.asked)]).toEqual(['CONNECT login.microsoftonline.us:443']);
});

describe('what goes wrong says what to do', () => {
  const entra = (code: number) => (path: string) =>
    path.endsWith('/token') ? ([401, { error: 'invalid_client', error_description: `AADSTS${code}: secret-app` }] as const) : null;
  const manager =
    (status: number, code: string, message = 'secret-app') =>
    (path: string) =>
      path.includes('/list') ? ([status, { error: { code, message } }] as const) : null;

  test.each([
    ['an expired secret', entra(7000222), /LOGIN_FAILED: The client secret .* has expired\..*AADSTS7000222.*Make a new secret/s],
    ['a tenant that is no tenant’s name', entra(900023), /LOGIN_FAILED: The tenant .* does not exist.*Correct the tenant id/s],
    ['a tenant of another cloud', entra(900382), /LOGIN_FAILED: The tenant .* does not exist.*its environment/s],
    ['a disabled application', entra(7000112), /LOGIN_FAILED: The application .* is disabled.*Enable its enterprise application/s],
    ['no federated credential', entra(70025), /LOGIN_FAILED: No federated credential .*Copy issuer and subject/s],
    ['a federated credential of another issuer', entra(700211), /LOGIN_FAILED: No federated credential .*Copy issuer and subject/s],
    ['a federated credential for another audience', entra(700212), /LOGIN_FAILED: No federated credential .*Copy issuer and subject/s],
    ['a tenant without federation', entra(700223), /LOGIN_FAILED: The tenant does not allow workload identity federation.*administrator/s],
    ['a wrong tenant', entra(90002), /LOGIN_FAILED: The tenant .* does not exist.*Correct the tenant id/s],
    [
      'a missing role',
      manager(403, 'AuthorizationFailed'),
      /FORBIDDEN: .*managedClusters\/listClusterUserCredential\/action on \/subscriptions\/the-subscription\/.*"Azure Kubernetes Service Cluster User Role"/s,
    ],
    ['a cluster that is not there', manager(404, 'ResourceNotFound'), /NOT_FOUND: Azure knows no cluster web.*azureResourceGroup/s],
    ['no local accounts', manager(400, 'BadRequest', 'disable local accounts'), /FORBIDDEN: Local accounts .*useClusterAdmin/s],
  ])('%s', async (_, refuse, words) => {
    cloud.refuse = refuse;
    const ended = await step();
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(words);
    expect(ended.text).not.toContain('secret-app');
  });

  test('a fleet without a hub', async () => {
    cloud.refuse = manager(400, 'OperationNotAllowed');
    const ended = await step({ resourceType: 'Microsoft.ContainerService/fleets' });
    expect(ended.out).toMatch(/API_ERROR: Azure does not hand out the credentials of the fleet web.*name one of its member clusters/s);
  });

  test('a stopped cluster', async () => {
    cloud.power = 'Stopped';
    expect((await step()).out).toMatch(/UNREACHABLE: The cluster web is stopped\..*az aks start/s);
    expect(listed()).toEqual([]);
  });

  test.each([
    ['is private', { isPrivate: true }, /UNREACHABLE: .*The cluster is private: run on a self-hosted agent/s],
    ['admits some', { ranges: ['192.0.2.0/24'] }, /UNREACHABLE: .*admits authorized address ranges only/s],
  ])('a cluster that is not reached and %s', async (_, closed, words) => {
    // A server without TLS is told at once, where one that is silent is asked for seconds.
    Object.assign(cloud, { ...closed, kubeconfigServer: simulation.url.replace('http:', 'https:') });
    expect((await step()).out).toMatch(words);
  });

  test.each([
    ['WorkloadIdentityFederation', 'the job has no access token', { ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: '' }],
    ['Publish', 'the scheme "publish", which is not known here', {}],
    ['ServicePrincipal', 'holds no secret and no certificate', {}],
  ])('a connection by %s that is not whole', async (scheme, words, env) => {
    const ended = await step({}, { scheme, env });
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('LOGIN_FAILED') });
    expect(ended.out).toContain(words);
    expect(listed()).toEqual([]);
  });

  test('wrong inputs, before anything is asked', async () => {
    const ended = await step({ azureResourceGroup: '..', kubernetesCluster: '', kubeconfig: 'x' });
    for (const name of ['azureResourceGroup', 'kubernetesCluster', 'kubeconfig']) expect(ended.out).toContain(`${name}: `);
    expect(azure.asked).toEqual([]);
  });
});
