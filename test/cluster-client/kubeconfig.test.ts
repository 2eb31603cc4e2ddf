import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from '../../src/cluster/index.ts';
import { readSmallFile } from '../../src/cluster/small-file.ts';
import { configOf, openFakeApi } from './fake-api.ts';

const SERVER = 'https://kube.example.com:6443';
const place = { directory: '' };

beforeEach(async () => {
  place.directory = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});

afterEach(async () => {
  await rm(place.directory, { recursive: true });
});

function opened(
  kubeconfig: string | null,
  more: { context?: string; environment?: Record<string, string>; onSecret?: (secret: string) => void } = {},
) {
  return connect({ kubeconfig, context: null, skipTlsVerify: false, environment: {}, onSecret: () => undefined, ...more });
}

function token(claims: object): string {
  return `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
}

describe('a pipe in the place of a file', () => {
  const piped = (): string => {
    const path = join(place.directory, 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };

  test('is read to its end', async () => {
    const path = piped();
    const [text] = await Promise.all([readSmallFile(path), writeFile(path, 'a'.repeat(200_000))]);
    expect(text).toHaveLength(200_000);
  });

  test('that nobody writes into is waited for no longer than its time', async () => {
    await expect(readSmallFile(piped(), 0.05)).rejects.toMatchObject({ code: 'NOBODY_WRITES' });
  });
});

describe('a kubeconfig', () => {
  test.each([
    ['that is no YAML', 'clusters: [\n', /line \d+: not YAML/],
    ['that is something else', '{"a": 1}', /is not a kubeconfig/],
    ['without a current context', configOf(SERVER, {}).replace('"current-context":"main"', '"x":1'), /no current context/],
    ['whose context names no user', configOf(SERVER, {}).replace('"user":"u"', '"user":"nobody"'), /user "nobody"/],
    ['without a server', configOf('', {}), /no valid server/],
  ])('%s is an error of its own', async (_, text, message) => {
    await expect(opened(text)).rejects.toMatchObject({ code: 'INVALID_KUBECONFIG', message: expect.stringMatching(message) });
  });

  test('without the context asked for is an error that names those there are', async () => {
    const wanted = { code: 'INVALID_KUBECONFIG', message: expect.stringContaining('"other"'), hint: expect.stringContaining('main') };
    await expect(opened(configOf(SERVER, {}), { context: 'other' })).rejects.toMatchObject(wanted);
  });

  test('that is not there is an error', async () => {
    await expect(opened(join(place.directory, 'none'))).rejects.toMatchObject({ code: 'INVALID_KUBECONFIG' });
  });

  test('that nobody named and that stands nowhere is an error with every way to name one', async () => {
    const hint = expect.stringMatching(/KUBECONFIG.*the input kubeconfig.*a service connection \(Azure Pipelines\)/);
    await expect(opened(null, { environment: { HOME: place.directory } })).rejects.toMatchObject({ code: 'INVALID_KUBECONFIG', hint });
  });

  test('in base64 is read as its text, wrapped or not', async () => {
    const packed = Buffer.from(configOf(SERVER, { token: 'abc' })).toString('base64');
    for (const given of [packed, packed.replaceAll(/(.{76})/g, '$1\n'), ` ${packed} `]) {
      const connected = await opened(given);
      expect(connected.server).toBe(SERVER);
      await connected.close();
    }
  });

  test('in the UTF-16 of PowerShell is read as its text, in a file and in base64', async () => {
    const bytes = Buffer.from(`\uFEFF${configOf(SERVER, { token: 'abc' })}\r\n`, 'utf16le');
    const path = join(place.directory, 'utf16');
    await writeFile(path, bytes);
    for (const given of [path, bytes.toString('base64')]) {
      const connected = await opened(given);
      expect(connected.server).toBe(SERVER);
      await connected.close();
    }
  });

  test.each([
    ['base64 of something else', Buffer.from('a-secret-that-nobody-may-read-in-a-log-of-a-run').toString('base64')],
    ['text that was cut', 'ertificate-authority-data: c2VjcmV0'],
    ['longer than any path', 'c2VjcmV0'.repeat(4000)],
    ['text with a NUL', 'c2VjcmV0\0c2VjcmV0'],
  ])('that is %s is refused, and no part of it is shown', async (_, given) => {
    const refused = await opened(given).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: 'INVALID_KUBECONFIG', message: expect.stringContaining('in base64') });
    expect(JSON.stringify([refused, (refused as Error).message])).not.toMatch(/c2VjcmV0|YS1zZWNy/);
  });

  test('is merged from the files of KUBECONFIG, the first one wins', async () => {
    const [one, two] = [join(place.directory, 'one'), join(place.directory, 'two')];
    await writeFile(one, 'current-context: main\nclusters:\n- name: c\n  cluster: {server: "https://first.example.com"}\n');
    await writeFile(two, configOf(SERVER, {}));
    const connected = await opened(null, { environment: { KUBECONFIG: [one, join(place.directory, 'missing'), two].join(delimiter) } });
    expect([connected.server, connected.namespace]).toEqual(['https://first.example.com', 'demo']);
    await connected.close();
  });

  test('with a token whose time is over says when it was', async () => {
    const expired = configOf(SERVER, { token: token({ exp: 1_600_000_000 }) });
    await expect(opened(expired)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED', message: expect.stringContaining('2020-09-13') });
  });

  test('with an auth-provider is refused with what to do', async () => {
    await expect(opened(configOf(SERVER, { 'auth-provider': { name: 'gcp' } }))).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
  });

  test('has its secrets told before they are used', async () => {
    const secrets: string[] = [];
    const connected = await opened(configOf(SERVER, { token: '0123' }), { onSecret: secret => secrets.push(secret) });
    expect(secrets).toEqual(['0123']);
    await connected.close();
  });
});

describe('a login command', () => {
  async function plugin(script: string, fields: object = {}): Promise<object> {
    const command = join(place.directory, 'login');
    await writeFile(command, `#!/bin/sh\necho x >> ${join(place.directory, 'runs')}\n${script}\n`);
    await chmod(command, 0o755);
    return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', ...fields } };
  }

  const credential = (value: string) =>
    `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"${value}"}}'`;
  const runs = async () => (await readFile(join(place.directory, 'runs'), 'utf8')).length / 2;

  test('runs once for all requests, and once more when its token is refused', async () => {
    const api = await openFakeApi((request, count) =>
      count === 21 ? { status: 401, body: {} } : { body: { metadata: { name: request.authorization } } },
    );
    const connected = await api.connect(await plugin(credential('t1')));
    const get = () => connected.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c' });
    const first = await Promise.all(Array.from({ length: 20 }, get));
    expect(first[19]?.metadata.name).toBe('Bearer t1');
    expect(await runs()).toBe(1);
    await get();
    expect(await runs()).toBe(2);
    await connected.close();
    await api.close();
  });

  test.each([
    ['yes', 'told'],
    ['no', 'untold'],
  ])('of provideClusterInfo: %s is %s which cluster it is for', async (provideClusterInfo, known) => {
    const api = await openFakeApi(request => ({ body: { metadata: { name: request.authorization } } }));
    const looking = `case "$KUBERNETES_EXEC_INFO" in *'"server"'*) known=told ;; *) known=untold ;; esac`;
    const connected = await api.connect(await plugin(`${looking}\n${credential(`'$known'`)}`, { provideClusterInfo }));
    const found = await connected.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c' });
    expect(found?.metadata.name).toBe(`Bearer ${known}`);
    await connected.close();
    await api.close();
  });

  test('that fails is an error with its last words, but no token', async () => {
    const text = configOf(SERVER, await plugin(`echo "no session ${'a'.repeat(60)}" >&2; exit 3`));
    const failed = await opened(text).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'LOGIN_FAILED', message: expect.stringMatching(/exit code 3.*no session \*\*\*/) });
  });

  test('that is not installed is an error', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-login-command' };
    await expect(opened(configOf(SERVER, { exec }))).rejects.toMatchObject({
      code: 'LOGIN_FAILED',
      message: expect.stringContaining('not installed'),
    });
  });

  test.each([
    ['login', /login cannot be started \(EACCES\)/, /Make it executable/],
    ['login.cmd', /login.cmd cannot be started/, /Name a program \(\.exe\)/],
  ])('%s that cannot be started is an error of its own', async (name, message, hint) => {
    const command = join(place.directory, name);
    await writeFile(command, 'echo');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command };
    const wanted = { code: 'LOGIN_FAILED', message: expect.stringMatching(message), hint: expect.stringMatching(hint) };
    await expect(opened(configOf(SERVER, { exec }))).rejects.toMatchObject(wanted);
  });
});
