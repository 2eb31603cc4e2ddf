import { execFile } from 'node:child_process';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { completionScript, completions, shells } from '../../cli/completion.ts';
import { commandNames, help, outputsOf } from '../../cli/help.ts';
import { wrapped } from '../../cli/wrap.ts';
import { runBundle } from '../bundle.ts';

const run = promisify(execFile);
const ofItself = ['help', 'version', 'completion'];

describe('help', () => {
  test.each(commandNames().filter(name => !ofItself.includes(name)))('of %s fits 80 columns and has two examples', command => {
    const lines = wrapped(help(command), 80).split('\n');
    expect(lines.filter(line => line.length > 80)).toEqual([]);
    expect(lines.slice(lines.indexOf('Examples:') + 1)).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining(`  kubernetes-rollout ${command}`)),
    );
  });

  test('keeps every word when it is wrapped', () => {
    const words = (text: string): readonly string[] => text.split(/\s+/);
    expect(words(wrapped(help('deploy'), 50))).toEqual(words(help('deploy')));
  });

  test('goes on under what it tells', () => {
    expect(wrapped('  demo        Watch a canary and a promotion under traffic', 40)).toBe(
      '  demo        Watch a canary and a\n              promotion under traffic',
    );
  });

  test('is had by help COMMAND too, and names the command that was meant', async () => {
    const [behind, before] = await Promise.all([
      runBundle('cli', { args: ['deploy', '--help'] }),
      runBundle('cli', { args: ['help', 'deploy'] }),
    ]);
    expect(before).toEqual(behind);
    expect(before.code).toBe(0);
    expect(await runBundle('cli', { args: ['help', 'deplyo'] })).toMatchObject({
      code: 1,
      err: expect.stringContaining('did you mean deploy?'),
    });
    expect((await runBundle('cli', { args: ['version'] })).out).toBe((await runBundle('cli', { args: ['--version'] })).out);
  });
});

describe('--output', () => {
  const named = (command: string): boolean => help(command).includes('--output');

  test('takes nothing but text where the help does not name it, and JSON where it does', () => {
    expect(commandNames().filter(command => outputsOf(command).includes('json') !== named(command))).toEqual([]);
    expect(['size', 'role', 'judge', 'approve'].flatMap(outputsOf)).toEqual(['text', 'text', 'text', 'text']);
    expect(['deploy', 'status', 'history', 'lint'].every(command => outputsOf(command).includes('json'))).toBe(true);
  });
});

describe('completion', () => {
  test.each([
    [['pro'], ['promote']],
    [['help', 'st'], ['status']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'pwsh'],
    ],
    [['deploy', '--perc'], ['--percentage']],
    [
      ['deploy', '--on-open', ''],
      ['refuse', 'replace'],
    ],
    [['deploy', '--on-failure=r'], ['--on-failure=reject']],
    [['status', '-o', 'j'], ['json']],
  ])('of %j offers %j and no files', (words, found) => {
    expect(completions(words).split('\n')).toEqual([...found, ':4']);
  });

  test.each([[['deploy', '']], [['deploy', '-f', 'web']], [['deploy', '--namespace', '']]])(
    'of %j leaves it to the shell, which has files',
    words => {
      expect(completions(words)).toBe(':0');
    },
  );

  test('is given to kubectl by the program that it asks', async () => {
    const program = join(await mkdtemp(join(tmpdir(), 'rollout-')), 'kubectl_complete-canary');
    await symlink(resolve('cli/dist/index.cjs'), program);
    expect((await run(program, ['rej'])).stdout).toBe('reject\n:4\n');
  });

  test('has a script for every shell, and bash takes its own', async () => {
    expect(shells.map(shell => completionScript(shell)).every(script => script?.includes('kubernetes-rollout __complete'))).toBe(true);
    expect(completionScript('toString')).toBeNull();
    const line = 'deploy --on-failure=r';
    const typed = `kubernetes-rollout ${line}`;
    const shell = [
      `kubernetes-rollout() { ${process.execPath} ${resolve('cli/dist/index.cjs')} "$@"; }`,
      completionScript('bash'),
      `COMP_LINE='${typed}' COMP_POINT=${typed.length} && _kubernetes_rollout && echo "\${COMPREPLY[@]}"`,
    ].join('\n');
    expect((await run('bash', ['-c', shell])).stdout.trim()).toBe('reject');
  });
});
