import { access, constants, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { runBundle } from '../bundle.ts';
import { forbiddingServer, kubeconfigFor } from '../fakes/api-server.ts';

describe('the terminal', () => {
  test('shows help for the program and for each command, made of the inputs that it takes', async () => {
    expect(await runBundle('cli', { args: ['--help'] })).toMatchObject({ code: 0, out: expect.stringContaining('promote') });
    const deploy = await runBundle('cli', { args: ['deploy', '--help'] });
    expect(deploy).toMatchObject({ code: 0, out: expect.stringContaining('--percentage') });
    const reject = await runBundle('cli', { args: ['reject', '-h'] });
    expect(reject.out).toContain('--reject-any');
    expect(reject.out).not.toContain('--percentage');
  });

  test('is a program that a shell may start', async () => {
    await expect(access('cli/dist/index.cjs', constants.X_OK)).resolves.toBeUndefined();
  });

  test('shows its version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
    expect(await runBundle('cli', { args: ['--version'] })).toMatchObject({ code: 0, out: `${version}\n` });
  });

  test('without a command shows the help and fails', async () => {
    expect(await runBundle('cli', {})).toMatchObject({ code: 1, err: expect.stringContaining('Usage') });
  });

  test('tells all faults together, and contacts nothing', async () => {
    const server = await forbiddingServer();
    const args = [
      'deploy',
      '--strategy',
      'canery',
      '--percentge',
      '5',
      '--drain',
      'soon',
      '--kubeconfig',
      kubeconfigFor(server.url, 'abcdef'),
    ];
    const ended = await runBundle('cli', { args });
    expect(ended.code).toBe(1);
    for (const words of ['--strategy: "canery"', 'did you mean --percentage?', '--drain: "soon"']) expect(ended.err).toContain(words);
    expect(server.asked).toEqual([]);
    await server.close();
  });

  test('names the command that was meant, and all there are', async () => {
    const { code, err } = await runBundle('cli', { args: ['deplyo', 'web.yaml'] });
    expect(code).toBe(1);
    expect(err).toMatch(/^Error: there is no command deplyo; did you mean deploy\?\n/);
    for (const command of ['deploy', 'promote', 'reject', 'status', 'demo', 'simulate'])
      expect(err).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test.each([
    [['deploy', 'web.yaml', '--strategy'], '--strategy needs a value'],
    [['deploy', '--namespace', '--dry-run'], '--namespace needs a value'],
    [['status', 'extra'], 'status takes no file, and "extra" is not an option'],
    [['status', '-f', 'web.yaml'], '-f: status takes no file; help status shows what it takes'],
    [['history', '-f', 'web.yaml'], '-f: history takes no file; help history shows what it takes'],
    [['demo', 'extra'], 'demo takes no file, and "extra" is not an option'],
    [['deploy', '-x', 'web.yaml'], '-x: there is no such option'],
  ])('refuses %j: %s', async (args, words) => {
    expect(await runBundle('cli', { args })).toMatchObject({ code: 1, err: expect.stringContaining(`Error: ${words}`) });
  });

  test('an unreachable cluster is an error of one line and what to do', async () => {
    const args = ['status', '--kubeconfig', kubeconfigFor('https://127.0.0.1:9', 'abcdef')];
    const ended = await runBundle('cli', { args });
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/^Error: UNREACHABLE: .*\nWhat to do: /) });
    expect(ended.text).not.toMatch(/^\s+at /m);
  });

  test('has no colour where it is not a terminal', async () => {
    expect((await runBundle('cli', { args: ['deploy'] })).text).not.toContain('\u001b');
  });
});

test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('%s ends it with 130, also while the API server does not answer', async name => {
  // What is sent to it is read, or the end of the connection is never seen.
  const silent = createServer(socket => socket.on('error', () => undefined).resume());
  const connected = new Promise<NodeJS.Signals>(done => silent.once('connection', () => done(name)));
  await new Promise<void>(done => silent.listen(0, '127.0.0.1', done));
  const { port } = silent.address() as AddressInfo;
  const args = ['reject', '--kubeconfig', kubeconfigFor(`http://127.0.0.1:${port}`, 'abcdef')];
  const ended = await runBundle('cli', { args, signal: connected });
  expect(ended).toMatchObject({ code: 130, text: expect.stringContaining('INTERRUPTED') });
  await new Promise(done => silent.close(done));
});
