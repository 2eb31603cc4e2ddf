import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runBundle } from '../../bundle.ts';

const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly kubeconfig: string;
  readonly deploy: readonly string[];
  readonly url: string;
}

/** Resolves when it has told everything. */
async function started(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [resolve('cli/dist/index.cjs'), 'simulate', '--serve', ...args]);
  children.push(child);
  let told = '';
  for await (const chunk of child.stdout) {
    told += String(chunk);
    if (/curl -s http\S+ .*\n/.test(told)) break;
  }
  const find = (pattern: RegExp): string => pattern.exec(told)?.[1] ?? '';
  return {
    child,
    kubeconfig: find(/KUBECONFIG=(\S+)/),
    deploy: find(/npx kubernetes-rollout (deploy .*)/).split(' '),
    url: find(/curl -s (\S+)/),
  };
}

describe('simulate', () => {
  test('leaves a cluster on which the commands that it prints work, and curl shows the split', async () => {
    const { kubeconfig, deploy, url } = await started();
    const env = { KUBECONFIG: kubeconfig };
    const all = deploy.map(word => (word === '20' ? '100' : word));
    const deployed = await runBundle('cli', { args: [...all, '--baseline=false', '--traffic-delay', '1s'], env });
    expect(deployed).toMatchObject({ code: 0, err: '' });
    expect(await (await fetch(url)).json()).toMatchObject({ image: 'demo/web:v2' });
    expect(await runBundle('cli', { args: ['reject', '--drain', '0', '--traffic-delay', '1s'], env })).toMatchObject({ code: 0 });
    expect(await (await fetch(url)).json()).toMatchObject({ image: 'demo/web:v1' });
  });

  test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('ends well with %s and leaves no file', async name => {
    const { child, kubeconfig } = await started();
    expect(existsSync(kubeconfig)).toBe(true);
    child.kill(name);
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(existsSync(kubeconfig)).toBe(false);
  });

  test('runs the files of the user, and serves their Service where they have no route', async () => {
    const { url } = await started('--manifests', 'samples/manifests/web');
    expect(await (await fetch(url)).json()).toMatchObject({ image: 'example/web:v1' });
  });

  test('a port that is none is an error before anything runs', async () => {
    const { code, err } = await runBundle('cli', { args: ['simulate', '--port', 'high'] });
    expect([code, err]).toEqual([1, expect.stringMatching(/^Error: INVALID_INPUT: --port: "high" is no port\nWhat to do: /)]);
  });
});
