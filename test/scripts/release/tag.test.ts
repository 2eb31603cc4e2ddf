/** Releases, played against a bare repository with the real git. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { type Git, gitIn } from '../../../scripts/release/git.ts';
import { mayRelease, release } from '../../../scripts/release/tag.ts';
import { movingTags, sectionOf, versionOf } from '../../../scripts/release/version.ts';

const scratch = mkdtempSync(join(tmpdir(), 'releases-'));
const identity = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap(role => [
    [`GIT_${role}_NAME`, 'Somebody'],
    [`GIT_${role}_EMAIL`, 'somebody@example.com'],
  ]),
);
Object.assign(process.env, identity);

let folder: string;
let git: Git;

beforeEach(() => {
  const root = mkdtempSync(join(scratch, 'r'));
  folder = join(root, 'checkout');
  gitIn(root)('init', '--quiet', '--bare', '--initial-branch', 'main', 'origin');
  gitIn(root)('init', '--quiet', '--initial-branch', 'main', 'checkout');
  git = gitIn(folder);
  git('remote', 'add', 'origin', join(root, 'origin'));
  write('.gitignore', 'dist/\nTHIRD-PARTY-NOTICES.txt\n');
  write('action.yml', 'runs:\n  using: node24\n  main: action/dist/index.cjs\n');
  write('CHANGELOG.md', '# Changelog\n');
  bundles('first');
  name('0.1.0');
});

afterAll(() => rmSync(scratch, { recursive: true }));

test('a checkout of the tag has an action that runs, and the branch of the sources has none', () => {
  const { commit, tags, branch } = released('0.1.0');

  const got = checkedOut('v0.1.0');
  expect(execFileSync(process.execPath, [join(got, 'action/dist/index.cjs')], { encoding: 'utf8' })).toBe('first\n');
  expect(gitIn(got)('rev-parse', 'HEAD', 'v0', 'v0.1', `origin/${branch}`).split('\n')).toEqual(Array(4).fill(commit));
  expect(tags).toEqual(['v0.1.0', 'v0', 'v0.1']);
  expect(existsSync(join(checkedOut('main'), 'action/dist'))).toBe(false);
  expect(git('status', '--porcelain')).toBe('');
  expect(gitIn(got)('rev-parse', 'HEAD^1')).toBe(git('rev-parse', 'main'));
});

test('the next release moves the major, and stands on the one before', () => {
  const first = released('0.1.0').commit;
  bundles('second');
  name('0.2.0');
  const second = released('0.2.0');

  const got = gitIn(checkedOut('v0'));
  expect(got('rev-parse', 'v0', 'v0.1', 'v0.1.0').split('\n')).toEqual([second.commit, first, first]);
  expect(got('rev-parse', 'HEAD^2')).toBe(first);
});

test.each<[string, () => void, string, RegExp]>([
  ['a change that no commit holds', () => write('action.yml', 'other'), '0.1.0', /no commit holds.*action\.yml/s],
  ['a version that package.json does not have', () => undefined, '0.1.1', /package\.json says version 0\.1\.0, not 0\.1\.1/],
  ['a word that is no version', () => undefined, 'v0.1.0', /no version/],
  ['a version that the changelog does not tell of', () => name('0.3.0', ''), '0.3.0', /CHANGELOG\.md has no section/],
  ['a bundle that is missing', () => rmSync(join(folder, 'task/dist/index.cjs')), '0.1.0', /task\/dist\/index\.cjs missing/],
])('refuses %s, and writes nothing', (_, spoil, version, words) => {
  spoil();
  expect(() => released(version)).toThrow(words);
  expect(git('ls-remote', 'origin', 'refs/tags/*', 'refs/heads/releases/*')).toBe('');
});

test('refuses a tag that is there, whatever is on it', () => {
  const { commit } = released('0.1.0');
  bundles('changed');
  expect(() => released('0.1.0')).toThrow(/has the tag v0\.1\.0 already/);
  expect(git('ls-remote', 'origin', 'refs/tags/v0.1.0')).toContain(commit);
});

test('is asked before anything is built whether it may be', () => {
  for (const bundle of ['action', 'task', 'cli']) rmSync(join(folder, bundle), { recursive: true });
  expect(mayRelease({ folder, version: '0.1.0', remote: 'origin' }).tag).toBe('v0.1.0');
  expect(() => mayRelease({ folder, version: '0.1.1', remote: 'origin' })).toThrow(/package\.json says/);
});

test('a patch of an older line moves no newer tag back', () => {
  const patch = versionOf('1.2.4') ?? [0, 0, 0];
  expect(movingTags(patch, ['v1.3.0', 'v1.2.3', 'v1', 'latest'])).toEqual(['v1.2']);
  expect(movingTags(patch, ['v1.2.3', 'v2.0.0', 'v11.9.9'])).toEqual(['v1', 'v1.2']);
  expect(movingTags(patch, ['v1.2.10'])).toEqual([]);
});

test('a section of the changelog needs its day, and something under it', () => {
  expect(sectionOf('## [1.0.0] - 2026-01-31\r\n\r\n- One\r\n## [0.9.0] - 2026-01-01\n', '1.0.0')).toBe('- One');
  expect(sectionOf('## [1.0.0]\n\n- One\n', '1.0.0')).toBeUndefined();
  expect(sectionOf('## [1.0.0] - 2026-01-31\n\n## [0.9.0] - 2026-01-01\n', '1.0.0')).toBeUndefined();
});

function released(version: string): ReturnType<typeof release> {
  return release({ folder, version, remote: 'origin' });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Bundles that say one word. */
function bundles(word: string): void {
  for (const bundle of ['action', 'task', 'cli']) write(`${bundle}/dist/index.cjs`, `console.log(${JSON.stringify(word)});\n`);
  write('THIRD-PARTY-NOTICES.txt', 'Nobody\n');
}

/** Commits the version, with its section of the changelog, and pushes it. */
function name(version: string, change = `\n## [${version}] - 2026-01-31\n\n- A change\n`): void {
  for (const file of ['package.json', 'package-lock.json', 'vss-extension.json']) write(file, JSON.stringify({ version }));
  appendFileSync(join(folder, 'CHANGELOG.md'), change);
  git('add', '--all');
  git('commit', '--quiet', '-m', version);
  git('push', '--quiet', 'origin', 'main');
}

/** What a runner gets that is asked for a tag or a branch. */
function checkedOut(ref: string): string {
  const target = mkdtempSync(join(scratch, 'c'));
  gitIn(scratch)('clone', '--quiet', '--branch', ref, git('remote', 'get-url', 'origin'), target);
  return target;
}
