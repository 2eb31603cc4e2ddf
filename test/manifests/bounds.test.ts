/** What is read has a bound. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fileOfAnalysis } from '../../src/inputs/analysis-of.ts';
import { globPattern } from '../../src/manifests/glob.ts';
import { load } from '../../src/manifests/load.ts';
import { inWorkspace } from './workspace.ts';

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
const faultOf = (work: Promise<unknown>): Promise<string> => work.then(String, (error: unknown) => (error as Error).message);
const given = (text: string): Promise<unknown> =>
  load(['https://files.example/a.yaml'], { cwd: '.', fetch: async () => new Response(text) });

describe('a file', () => {
  test.each(['/dev/zero', '/dev/null'])('that is a device (%s) is not read, and is said to be none', async path => {
    expect(await faultOf(load([path], { cwd: '/', fetch }))).toContain(`${path}: is not a regular file`);
  });

  test('that is a pipe is not waited for, by its name, in a directory or by a pattern', () =>
    inWorkspace({ 'a/web.yaml': OBJECT }, async cwd => {
      execFileSync('mkfifo', [join(cwd, 'a', 'pipe.yaml')]);
      for (const entry of ['a/pipe.yaml', 'a', 'a/*.yaml'])
        expect(await faultOf(load([entry], { cwd, fetch }))).toContain('a/pipe.yaml: is not a regular file');
    }));

  test.each(['pipe.yaml', '.', '/dev/zero'])('of an analysis that is none (%s) is not waited for', path =>
    inWorkspace({}, async cwd => {
      execFileSync('mkfifo', [join(cwd, 'pipe.yaml')]);
      expect(await faultOf(fileOfAnalysis(path, cwd))).toBe(`analysis: ${path} is no file`);
    }),
  );

  test('that never answers is not waited for, though the system calls it regular', async () => {
    const left = /cannot be read \(E|no such file/;
    expect(await faultOf(load(['/proc/kmsg'], { cwd: '/', fetch }))).toMatch(left);
    expect(await faultOf(fileOfAnalysis('/proc/kmsg', '/'))).toMatch(left);
  });

  test('is read though it was put together from files of Windows', async () => {
    expect(await given(`\ufeff${OBJECT}---\n\ufeff${OBJECT.replace('c}', 'd}')}\ufeff---\n${OBJECT.replace('c}', 'e}')}`)).toHaveLength(3);
  });

  test('is standard input by the entry -', async () => {
    const stdin = (async function* () {
      yield Buffer.from(OBJECT);
    })();
    const [manifest] = await load(['-'], { cwd: '.', fetch, stdin });
    expect(manifest?.from).toBe('stdin:1');
  });

  test.each([
    ['10 MB of empty lines', '\n'.repeat(10_000_000), 'No Kubernetes object'],
    ['10 MB of separators', '---\n'.repeat(2_500_000), 'more than 100000 documents'],
    ['5 MB of entries of a list', `a: [${'a,'.repeat(2_500_000)}]\n`, 'a.yaml:1: more than 500000 lines and entries'],
    ['10 MB of lines', `a:\n${'- a\n'.repeat(2_500_000)}`, 'a.yaml:500001: more than 500000 lines and entries'],
    [
      'aliases of long texts',
      `a: &a ${'x'.repeat(200_000)}\nb: [${'*a, '.repeat(450)}]\n`,
      'a.yaml:2: the aliases unfold into more than 32 MB',
    ],
  ])('of %s is refused', async (_, text, says) => {
    expect(await faultOf(given(text))).toContain(says);
  });

  test('of 400,000 fields is read', async () => {
    const fields = Array.from({ length: 400_000 }, (_, i) => `  key-${i}: "x"\n`);
    expect(await given(`${OBJECT}data:\n${fields.join('')}`)).toHaveLength(1);
  });

  test('of 20,000 documents is read', async () => {
    expect(await given(Array.from({ length: 20_000 }, (_, i) => OBJECT.replace('name: c', `name: c${i}`)).join('---\n'))).toHaveLength(
      20_000,
    );
  });
});

describe('a pattern', () => {
  test.each(['[z-a].yaml', '![z-a].yaml'])('%s is a fault of the input', async entry => {
    expect(await faultOf(load([entry], { cwd: '.', fetch }))).toContain('[z-a] is not a set of characters');
  });

  test.each([
    ['*a'.repeat(40), 'a'.repeat(200)],
    ['**/'.repeat(40), `${'a/'.repeat(200)}b`],
    ['{*a,*aa}'.repeat(20), `${'a'.repeat(200)}b`],
  ])('%s is matched step by step, never tried in all ways', (glob, path) => {
    expect(globPattern(`${glob}.yaml`).test(path)).toBe(false);
  });
});

test('standard input that is named twice is read once', async () => {
  async function* stdin() {
    yield Buffer.from('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n');
  }
  expect(await load(['-', '-'], { cwd: '.', fetch, stdin: stdin() })).toHaveLength(1);
});
