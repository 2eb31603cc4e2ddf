/** Our reading of kubeconfigs, held to that of Kubernetes' own JavaScript client; docs/decisions/0001 says why we read them ourselves. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { readKubeconfig } from '../../src/cluster/kubeconfig.ts';

/** What a connection would be made of. */
interface Reading {
  readonly server: string | undefined;
  readonly namespace: string | null;
  readonly ca: string | null;
  readonly insecure: boolean;
  readonly serverName: string | null;
  readonly proxyUrl: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly authorization: string | null;
  readonly impersonated: string | null;
  readonly command: readonly string[] | null;
}

const place = { directory: '', environment: process.env.KUBECONFIG };
const files = {
  'pki/ca.pem': pemOf('CERTIFICATE', 'the authority'),
  'pki/client.pem': pemOf('CERTIFICATE', 'the certificate'),
  'pki/client.key': pemOf('PRIVATE KEY', 'the key'),
  'pki/token': 'from-a-file',
} as const;

beforeAll(async () => {
  place.directory = await mkdtemp(join(tmpdir(), 'conformance-'));
  await Promise.all(Object.entries(files).map(([path, text]) => written(path, text)));
});

afterAll(async () => {
  if (place.environment === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = place.environment;
  await rm(place.directory, { recursive: true });
});

async function written(path: string, text: string): Promise<string> {
  const absolute = join(place.directory, path);
  await mkdir(dirname(absolute), { recursive: true });
  await writeFile(absolute, text);
  return absolute;
}

async function ourReading(kubeconfig: string): Promise<Reading> {
  const { login, ...access } = await readKubeconfig({ kubeconfig: null, context: null, environment: { KUBECONFIG: kubeconfig } });
  const basic = login.kind === 'basic' ? `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` : null;
  const impersonated = login.headers?.['impersonate-user'];
  return {
    ...access,
    cert: login.certificate?.cert ?? null,
    key: login.certificate?.key ?? null,
    authorization: login.kind === 'token' ? `Bearer ${login.token}` : basic,
    impersonated: impersonated === undefined ? null : String(impersonated),
    command: login.kind === 'exec' ? [login.plugin.command, ...login.plugin.args] : null,
  };
}

/** A login command is not run: what would be run is compared. */
async function theirReading(kubeconfig: string): Promise<Reading> {
  process.env.KUBECONFIG = kubeconfig;
  const config = new KubeConfig();
  config.loadFromDefault();
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  const exec: unknown = user?.exec;
  if (user !== null) Object.assign(user, { exec: null });
  const options: Record<string, unknown> = {};
  await config.applyToHTTPSOptions(options);
  const headers: Readonly<Record<string, string>> = { ...(options.headers ?? {}) };
  const basic = typeof options.auth === 'string' ? `Basic ${Buffer.from(options.auth).toString('base64')}` : null;
  return {
    server: cluster?.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? null,
    ca: textOf(options.ca),
    insecure: options.rejectUnauthorized === false,
    serverName: textOf(options.servername),
    proxyUrl: cluster?.proxyUrl ?? null,
    cert: textOf(options.cert),
    key: textOf(options.key),
    authorization: headers.Authorization ?? basic,
    impersonated: headers['Impersonate-User'] ?? null,
    command: commandOf(exec),
  };
}

const textOf = (value: unknown): string | null => (value === undefined ? null : String(value));

function commandOf(exec: unknown): readonly string[] | null {
  const { command, args } = { command: undefined, args: [], ...(typeof exec === 'object' ? exec : {}) };
  return command === undefined ? null : [command, ...args];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** What is read is looked at no further than its frame. */
function pemOf(kind: string, content: string): string {
  return `-----BEGIN ${kind}-----\n${base64(content)}\n-----END ${kind}-----\n`;
}

function config({ cluster = '', user = '{}', context = '' }: { cluster?: string; user?: string; context?: string } = {}): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: main',
    'clusters:',
    `- {name: here, cluster: {server: "https://kube.example.com:6443"${cluster}}}`,
    '- {name: there, cluster: {server: "https://other.example.com/clusters/two/"}}',
    'users:',
    `- {name: me, user: ${user}}`,
    'contexts:',
    `- {name: main, context: {cluster: here, user: me${context}}}`,
    '- {name: second, context: {cluster: there, user: me, namespace: elsewhere}}',
    '',
  ].join('\n');
}

const exec = 'exec: {apiVersion: client.authentication.k8s.io/v1, command: login-tool, args: [--for, "1"], interactiveMode: Never}';

describe('a kubeconfig means the same to both', () => {
  test.each([
    ['with a user without credentials', config()],
    ['with a namespace', config({ context: ', namespace: shop' })],
    ['with another current context, under a path', config().replace('current-context: main', 'current-context: second')],
    ['with a token', config({ user: '{token: a-token}' })],
    ['with a user name and a password', config({ user: '{username: ann, password: "0123"}' })],
    [
      'with inline certificates',
      config({ cluster: `, certificate-authority-data: ${base64(pemOf('CERTIFICATE', 'ca'))}`, user: inlineCertificate() }),
    ],
    ['with certificates in files beside it', config({ cluster: ', certificate-authority: pki/ca.pem', user: certificateFiles() })],
    ['with an authority and a name of the server', config({ cluster: ', certificate-authority: pki/ca.pem, tls-server-name: inside' })],
    ['that trusts any certificate', config({ cluster: ', insecure-skip-tls-verify: true' })],
    ['with a proxy', config({ cluster: ', proxy-url: "http://proxy.example.com:3128"' })],
    ['with a login command', config({ user: `{${exec}}` })],
    ['that acts as somebody else', config({ user: '{token: a-token, as: bob}' })],
    ['in JSON', JSON.stringify({ 'current-context': 'm', ...jsonConfig() })],
  ])('%s', async (_, text) => {
    const path = await written('config', text);
    const reading = await ourReading(path);
    expect(reading).toEqual(await theirReading(path));
    expect(reading.server).toMatch(/^https:\/\/\w+\.example\.com/);
  });

  test('in several files', async () => {
    const [contexts, users = ''] = config({ user: '{token: a-token}' }).split(/(?=users:)/);
    const path = [await written('one', contexts ?? ''), await written('two', users)].join(delimiter);
    const reading = await ourReading(path);
    expect(reading).toEqual(await theirReading(path));
    expect(reading.authorization).toBe('Bearer a-token');
  });
});

describe('known differences, in which we do as kubectl does', () => {
  test('what stands in two files is taken from the first; client-node fails', async () => {
    const path = [await written('one', config()), await written('two', config({ context: ', namespace: late' }))].join(delimiter);
    expect(await ourReading(path)).toMatchObject({ namespace: null });
    await expect(theirReading(path)).rejects.toThrow('Duplicate cluster');
  });

  test('the current context is that of the first file; client-node takes the last', async () => {
    const other = 'current-context: third\ncontexts:\n- {name: third, context: {cluster: there, user: me}}\n';
    const path = [await written('one', config()), await written('two', other)].join(delimiter);
    expect((await ourReading(path)).server).toBe('https://kube.example.com:6443');
    expect((await theirReading(path)).server).toBe('https://other.example.com/clusters/two');
  });

  test('a missing one of several files is passed over; client-node fails', async () => {
    const path = [join(place.directory, 'missing'), await written('one', config())].join(delimiter);
    expect((await ourReading(path)).server).toBe('https://kube.example.com:6443');
    await expect(theirReading(path)).rejects.toThrow('ENOENT');
  });

  test('tokenFile is read, relative to the kubeconfig; client-node knows only token-file', async () => {
    const path = await written('config', config({ user: '{tokenFile: pki/token}' }));
    const { login } = await readKubeconfig({ kubeconfig: path, context: null, environment: {} });
    expect(login).toMatchObject({ kind: 'token-file', path: join(place.directory, 'pki/token') });
    expect((await theirReading(path)).authorization).toBeNull();
  });

  test('a token of digits is text; client-node makes a number of it', async () => {
    const path = await written('config', config({ user: '{token: 00123456789012345678901}' }));
    expect((await ourReading(path)).authorization).toBe('Bearer 00123456789012345678901');
    expect((await theirReading(path)).authorization).not.toBe('Bearer 00123456789012345678901');
  });

  test('groups are impersonated too', async () => {
    const path = await written('config', config({ user: '{token: a-token, as: bob, as-groups: [one, two]}' }));
    const { login } = await readKubeconfig({ kubeconfig: path, context: null, environment: {} });
    expect(login.headers).toEqual({ 'impersonate-user': 'bob', 'impersonate-group': ['one', 'two'] });
  });

  test('a login command with a path is found beside the kubeconfig; client-node looks in the working directory', async () => {
    const path = await written('config', config({ user: `{${exec.replace('login-tool', './bin/login')}}` }));
    expect((await ourReading(path)).command?.[0]).toBe(join(place.directory, 'bin/login'));
    expect((await theirReading(path)).command?.[0]).toBe('./bin/login');
  });

  test('a context that names nobody who is there is refused; client-node goes on as nobody, and without the authority', async () => {
    const text = config({ cluster: ', certificate-authority: pki/ca.pem' }).replace('user: me}', 'user: nobody}');
    const path = await written('config', text);
    await expect(ourReading(path)).rejects.toMatchObject({ code: 'INVALID_KUBECONFIG', message: expect.stringContaining('"nobody"') });
    expect(await theirReading(path)).toMatchObject({ authorization: null, ca: null });
  });
});

function inlineCertificate(): string {
  return `{client-certificate-data: ${base64(pemOf('CERTIFICATE', 'cert'))}, client-key-data: ${base64(pemOf('PRIVATE KEY', 'key'))}}`;
}

function certificateFiles(): string {
  return '{client-certificate: pki/client.pem, client-key: pki/client.key}';
}

function jsonConfig(): object {
  return {
    clusters: [{ name: 'c', cluster: { server: 'https://json.example.com' } }],
    users: [{ name: 'u', user: { token: 'a-token' } }],
    contexts: [{ name: 'm', context: { cluster: 'c', user: 'u' } }],
  };
}
