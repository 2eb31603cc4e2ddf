/** The assets' formats, read back by others' tools. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { licences, links, registries } from '../../../scripts/release/checks.ts';
import { krew } from '../../../scripts/release/installers.ts';
import { isRelative, linksIn, withAbsoluteLinks } from '../../../scripts/release/links.ts';
import { isFor, ownSystem } from '../../../scripts/release/programs.ts';
import { type Lock, sbom } from '../../../scripts/release/sbom.ts';
import { vsix } from '../../../scripts/release/vsix.ts';
import { type Entry, zip } from '../../../scripts/release/zip.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assets-'));

afterAll(() => rmSync(scratch, { recursive: true }));

test('a zip opens with its contents, names and modes, and is the same each time', () => {
  const entries: readonly Entry[] = [
    { path: 'program', content: Buffer.from('#!/bin/sh\n'), executable: true },
    { path: 'a folder/ä.txt', content: Buffer.from('ä'.repeat(70_000)) },
    { path: 'empty', content: Buffer.alloc(0) },
  ];
  const opened = unzipped('zip', zip(entries));

  for (const { path, content } of entries) expect(readFileSync(join(opened, path)).equals(content)).toBe(true);
  expect(statSync(join(opened, 'program')).mode & 0o777).toBe(0o755);
  expect(statSync(join(opened, 'empty')).mode & 0o777).toBe(0o644);
  expect(zip(entries).equals(zip(entries))).toBe(true);
});

test('the extension has its manifests, every file of the task with its type, and a page whose links lead out', () => {
  const opened = unzipped('vsix', vsix(checkout({}), { pages: 'https://example.com/v0/' }));

  const manifest = readFileSync(join(opened, 'extension.vsixmanifest'), 'utf8');
  const { version } = JSON.parse(readFileSync('vss-extension.json', 'utf8')) as { readonly version: string };
  expect(manifest).toContain(`<Identity Language="en-US" Id="kubernetes-rollout" Version="${version}" Publisher="kubernetes-rollout" />`);
  expect(manifest).toContain('<Icon>task/extension.png</Icon>');
  const assets = [...manifest.matchAll(/<Asset Type="(?:Microsoft\.[\w.]+\.)?([\w./]+)" d:Source="File" Path="([^"]+)"/g)].map(found =>
    found.slice(1),
  );
  expect(assets).toEqual([
    ['Manifest', 'extension.vsomanifest'],
    ['Details', 'OVERVIEW.md'],
    ['License', 'LICENSE'],
    ['Default', 'task/extension.png'],
    ['tab/index.html', 'tab/index.html'],
  ]);
  const types = readFileSync(join(opened, '[Content_Types].xml'), 'utf8');
  expect(types).toContain('<Default Extension=".cjs" ContentType="application/javascript" />');
  expect(types).toContain('<Override PartName="/task/dist/LICENSE" ContentType="text/plain" />');
  expect(readFileSync(join(opened, 'task/dist/index.cjs'), 'utf8')).toBe('built');
  expect(readFileSync(join(opened, 'OVERVIEW.md'), 'utf8')).toContain('](https://example.com/v0/docs/a.md)');
  expect(JSON.parse(readFileSync(join(opened, 'extension.vsomanifest'), 'utf8'))).toMatchObject({
    scopes: ['vso.build'],
    contributions: [
      { type: 'ms.vss-distributed-task.task', properties: { name: 'task' } },
      { type: 'ms.vss-build-web.build-results-tab', properties: { uri: 'tab/index.html' } },
    ],
  });
});

test('the preview stands beside the released extension: another id, and a task by another id and name', () => {
  const [one, other] = [false, true].map(isPreview => {
    const opened = unzipped(`kind-${isPreview}`, vsix(checkout({}), { pages: '', isPreview }));
    const manifest = readFileSync(join(opened, 'extension.vsixmanifest'), 'utf8');
    const task = JSON.parse(readFileSync(join(opened, 'task/task.json'), 'utf8')) as Readonly<Record<string, string>>;
    const { contributions } = JSON.parse(readFileSync(join(opened, 'extension.vsomanifest'), 'utf8'));
    expect(isPreview ? contributions[1].properties.supportsTasks : [task.id]).toEqual([task.id]);
    return { extension: /Identity .*? Id="([^"]+)"/.exec(manifest)?.[1], id: task.id, name: task.name };
  });
  expect(one).toEqual({ extension: 'kubernetes-rollout', id: 'the-id', name: 'Task' });
  expect(other).toEqual({ extension: 'kubernetes-rollout-preview', id: expect.stringMatching(/^[\da-f-]{36}$/), name: 'TaskPreview' });
});

test('the badges of the extension lead to what they show', () => {
  const badges = [{ href: 'https://example.com/runs?a&b', uri: 'https://example.com/badge.svg', description: 'tests' }];
  const opened = unzipped('badged', vsix(checkout({ badges }), { pages: '' }));
  expect(readFileSync(join(opened, 'extension.vsixmanifest'), 'utf8')).toContain(
    '<Badge Link="https://example.com/runs?a&#38;b" ImgUri="https://example.com/badge.svg" Description="tests" />',
  );
});

test('a field of the extension that the package would lose is refused', () => {
  expect(() => vsix(checkout({ screenshots: [] }), { pages: '' })).toThrow(/screenshots, which .* does not carry over/);
});

test('the bill of materials has what the notices name, with the checksum of the lock', () => {
  const line = '-'.repeat(80);
  const notices = `Ours\n\n${line}\n\n@a/b 1.0.0 (MIT)\n\nText (c) 2020\n\n${line}\n\nold 0.1.2 (ISC)\n`;
  const locked = (version: string, license: string) => ({
    version,
    license,
    integrity: `sha512-${Buffer.from(version).toString('base64')}`,
  });
  const packages: Lock['packages'] = {
    'node_modules/@a/b': locked('1.0.0', 'MIT'),
    'node_modules/old': locked('9.0.0', 'ISC'),
    'node_modules/x/node_modules/old': locked('0.1.2', 'ISC'),
    'node_modules/test-only': locked('1.0.0', 'MIT'),
  };
  const { components } = JSON.parse(sbom('1.2.3', notices, { packages })) as { readonly components: readonly unknown[] };
  expect(components).toMatchObject([
    { purl: 'pkg:npm/%40a/b@1.0.0', licenses: [{ license: { id: 'MIT' } }] },
    { purl: 'pkg:npm/old@0.1.2', hashes: [{ alg: 'SHA-512', content: Buffer.from('0.1.2').toString('hex') }] },
  ]);
  expect(() => sbom('1.2.3', notices, { packages: {} })).toThrow(/hold @a\/b 1\.0\.0, which package-lock\.json does not have/);
});

test('a program is known by its format and processor, and one for another system is told', () => {
  const own = readFileSync(process.execPath);
  expect(isFor(ownSystem(), own)).toBe(true);
  const [elf, pe] = [Buffer.alloc(64), Buffer.alloc(256)];
  elf.write('\x7fELF', 'latin1');
  elf.writeUInt16LE(0xb7, 18);
  pe.write('MZ', 'latin1');
  pe.writeUInt32LE(128, 0x3c);
  pe.writeUInt16LE(0x8664, 132);
  const systems = ['linux-arm64', 'windows-amd64'];
  expect([elf, pe].map(program => systems.filter(system => isFor(system, program)))).toEqual([['linux-arm64'], ['windows-amd64']]);
});

test("krew's manifest is YAML with a platform for each archive", () => {
  const archives = ['linux-amd64', 'windows-amd64'].map(name => ({ name: `kubectl-canary-${name}.zip`, sum: 'ab' }));
  const at = 'https://example.com/v1.2.3';
  expect(load(krew({ version: '1.2.3', home: 'https://example.com', at, archives }))).toMatchObject({
    spec: {
      version: 'v1.2.3',
      platforms: [
        { selector: { matchLabels: { os: 'linux', arch: 'amd64' } }, uri: `${at}/kubectl-canary-linux-amd64.zip`, bin: 'kubectl-canary' },
        { selector: { matchLabels: { os: 'windows', arch: 'amd64' } }, sha256: 'ab', bin: 'kubectl-canary.exe' },
      ],
    },
  });
});

test('links to files of the repository become absolute, others stay', () => {
  const text = '[a](docs/a.md#b) [c](https://example.com) [d](#here) [e](mailto:a@example.com)';
  expect(linksIn(text).filter(isRelative)).toEqual(['docs/a.md#b']);
  expect(withAbsoluteLinks(text, 'https://x/')).toBe(text.replace('docs/', 'https://x/docs/'));
});

test('a licence that nobody has allowed, a package without a notice, a dead link and a registry are found', () => {
  const folder = checkout({});
  const out = mkdtempSync(join(scratch, 'o'));
  const component = (name: string, id: string) => ({ name, version: '1.0.0', licenses: [{ license: { id } }] });
  const components = [component('good', 'MIT'), component('bad', 'GPL-3.0-only')];
  writeFileSync(join(out, 'kubernetes-rollout-1.2.3.cdx.json'), JSON.stringify({ components }));
  const notices = `Ours\n\n${'-'.repeat(80)}\n\ngood 1.0.0 (MIT)\n`;
  writeFileSync(join(out, 'THIRD-PARTY-NOTICES.txt'), `${notices}\nfrom registry.yarnpkg.com\n`);
  const assets = { folder, out, version: '1.2.3' };

  expect(licences(assets)).toEqual([
    'bad is under GPL-3.0-only, which nobody has allowed',
    'the bill of materials and the notices name other packages',
  ]);
  expect(links(assets)).toEqual(['README.md', 'OVERVIEW.md'].map(page => `${page} leads to docs/a.md, which is not there`));
  expect(registries(assets)).toEqual([`${join(out, 'THIRD-PARTY-NOTICES.txt')} names the registry registry.yarnpkg.com`]);
});

function unzipped(name: string, content: Buffer): string {
  const target = join(scratch, name);
  writeFileSync(`${target}.zip`, content);
  execFileSync('unzip', ['-q', `${target}.zip`, '-d', target]);
  return target;
}

/** A checkout as it stands after a build, with this repository's manifest and `more` fields in it. */
function checkout(more: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(scratch, 'c'));
  for (const bundle of ['action', 'task', 'cli']) mkdirSync(join(folder, bundle, 'dist'), { recursive: true });
  const extension = JSON.parse(readFileSync('vss-extension.json', 'utf8')) as Readonly<Record<string, unknown>>;
  const files = {
    'package.json': '{"repository":"here"}',
    'action/dist/index.cjs': 'built',
    'cli/dist/index.cjs': 'built',
    'README.md': '[a](docs/a.md)',
    'OVERVIEW.md': '[a](docs/a.md)',
    'task/extension.png': 'an image',
    'task/icon.png': 'an image',
    'task/icon.svg': '<svg/>',
    LICENSE: 'MIT',
    'task/task.json': '{"id":"the-id","name":"Task"}',
    'task/dist/index.cjs': 'built',
    'task/dist/LICENSE': 'MIT',
    'task/dist/tab.html': '<!doctype html>',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  writeFileSync(join(folder, 'vss-extension.json'), JSON.stringify({ ...extension, ...more }));
  return folder;
}
