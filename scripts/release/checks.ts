/** What must be true of a release's assets. Each check gives the faults it finds, a sentence each. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuse } from './binary.ts';
import { type Emulator, emulatorOf } from './emulators.ts';
import { isRelative, linksIn } from './links.ts';
import { isFor, ownSystem, programIn } from './programs.ts';
import { bundledIn } from './sbom.ts';

/** A folder of assets, the checkout they came from, and their version. */
export interface Assets {
  readonly folder: string;
  readonly out: string;
  readonly version: string;
}

/** The faults of one kind, none where all is well. */
export type Check = (assets: Assets) => readonly string[];

/** Every check, by the sentence that is told when it finds nothing. */
export const checks: Readonly<Record<string, Check>> = {
  'every bundle has less than 1.5 MB': sizes,
  'every bundle starts': starts,
  'the npm package installs without a registry, holds its bundle only, and starts': installs,
  'the extension opens, with manifest, licence, task and tab': extension,
  'the single file starts without Node beside it, and those of other systems are theirs and hold the program': single,
  'every bundled package has a licence that allows it': licences,
  'every link of the README and of the extension’s page leads to a file or is absolute': links,
  'no asset names a registry': registries,
  'the checksums are those of the assets': checksums,
};

const limitBytes = 1_500_000;
const bundles = ['action', 'task', 'cli'].map(name => `${name}/dist/index.cjs`);

function sizes({ folder }: Assets): readonly string[] {
  return bundles.flatMap(path => {
    const { size } = statSync(join(folder, path));
    return size > limitBytes ? [`${path} has ${size} bytes, more than ${limitBytes}`] : [];
  });
}

function starts({ folder }: Assets): readonly string[] {
  const { status, stdout } = spawnSync(process.execPath, ['.ci/smoke.mjs'], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? [] : [stdout];
}

function installs({ out, version }: Assets): readonly string[] {
  return inScratch(scratch => {
    writeFileSync(join(scratch, 'package.json'), '{}');
    const packed = join(out, `kubernetes-rollout-${version}.tgz`);
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', packed], { cwd: scratch, stdio: 'pipe' });
    const installed = join(scratch, 'node_modules/kubernetes-rollout');
    const { dependencies = {}, scripts = {} } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Package;
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    const expected = ['LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.txt', 'index.cjs', 'package.json'];
    const said = execFileSync(join(scratch, 'node_modules/.bin/kubectl-canary'), ['--version'], { encoding: 'utf8' });
    return [
      ...Object.keys(dependencies).map(name => `the npm package depends on ${name}`),
      ...['preinstall', 'install', 'postinstall'].filter(name => name in scripts).map(name => `the npm package has a script ${name}`),
      ...files.map(({ name }) => name).flatMap(name => (expected.includes(name) ? [] : [`the npm package holds ${name}`])),
      ...(said.includes(version) ? [] : [`the installed command says ${said}, not ${version}`]),
    ];
  });
}

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

function extension({ out, version }: Assets): readonly string[] {
  return ['', 'preview-'].flatMap(kind => inScratch(scratch => opened(join(out, `kubernetes-rollout-${kind}${version}.vsix`), scratch)));
}

function opened(packed: string, scratch: string): readonly string[] {
  unzip(packed, scratch);
  const task = JSON.parse(readFileSync(join(scratch, 'task/task.json'), 'utf8')) as {
    readonly execution: Readonly<Record<string, Target>>;
  };
  const wanted = [
    '[Content_Types].xml',
    'extension.vsixmanifest',
    'extension.vsomanifest',
    'OVERVIEW.md',
    'LICENSE',
    'task/icon.png',
    'tab/index.html',
  ];
  const targets = Object.values(task.execution).map(({ target }) => `task/${target}`);
  const relative = linksIn(readFileSync(join(scratch, 'OVERVIEW.md'), 'utf8')).filter(isRelative);
  return [
    ...[...wanted, ...targets].filter(path => !existsSync(join(scratch, path))).map(path => `the extension lacks ${path}`),
    ...relative.map(target => `a link of the extension's page leads nowhere from there: ${target}`),
  ];
}

interface Target {
  readonly target: string;
}

function single({ out, version }: Assets): readonly string[] {
  const archives = readdirSync(out).filter(name => /^kubectl-canary-.*\.zip$/.test(name));
  return archives.flatMap(archive =>
    inScratch(scratch => {
      unzip(join(out, archive), scratch);
      const system = archive.slice('kubectl-canary-'.length, -'.zip'.length);
      const program = join(scratch, programIn(system));
      if (system === ownSystem()) return startsAlone(program, version);
      const emulator = emulatorOf(system, scratch);
      return [...isWhole(program, system), ...(emulator === null ? [] : startsAlone(program, version, emulator))];
    }),
  );
}

function startsAlone(program: string, version: string, { command, environment }: Emulator = onItsOwn): readonly string[] {
  const [starter = program, ...words] = [...command, program, '--version'];
  const said = `${program}.said`;
  // Node's pipes are sockets, which Wine's programs cannot write to.
  const file = openSync(said, 'w');
  spawnSync(starter, words, { env: { ...environment, PATH: '/nonexistent' }, stdio: ['ignore', file, file] });
  closeSync(file);
  const text = readFileSync(said, 'utf8');
  return text.includes(version) ? [] : [`the single file ${program} does not say its version: ${text}`];
}

const onItsOwn: Emulator = { command: [], environment: {} };

/** What can be told of a program that is not started. */
function isWhole(program: string, system: string): readonly string[] {
  const bytes = readFileSync(program);
  const isFilled = bytes.includes(`${fuse}:1`) && bytes.includes('kubernetes-rollout');
  return [
    ...(isFor(system, bytes) ? [] : [`the single file for ${system} is for another system`]),
    ...(isFilled ? [] : [`the single file for ${system} holds no program`]),
  ];
}

const allowed = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'];

/** Packages under a licence that is not in the list, and packages that only one of bill and notices names. */
export function licences({ out, version }: Assets): readonly string[] {
  const bill = JSON.parse(readFileSync(join(out, `kubernetes-rollout-${version}.cdx.json`), 'utf8')) as Bill;
  const named = bill.components.map(component => `${component.name} ${component.version}`);
  const noticed = bundledIn(readFileSync(join(out, 'THIRD-PARTY-NOTICES.txt'), 'utf8'));
  return [
    ...bill.components.flatMap(({ name, licenses }) =>
      licenses.flatMap(({ license: { id } }) => (allowed.includes(id) ? [] : [`${name} is under ${id}, which nobody has allowed`])),
    ),
    ...(noticed.length > 0 && noticed.join() === named.join() ? [] : ['the bill of materials and the notices name other packages']),
  ];
}

interface Bill {
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly licenses: readonly { readonly license: { readonly id: string } }[];
  }[];
}

/** Links of the pages that others show to files that are not in the checkout. */
export function links({ folder }: Assets): readonly string[] {
  const relative = ['README.md', 'OVERVIEW.md'].flatMap(page =>
    linksIn(readFileSync(join(folder, page), 'utf8'))
      .filter(isRelative)
      .map(target => ({ page, target })),
  );
  const { repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly repository?: unknown };
  return [
    ...relative
      .filter(({ target }) => !existsSync(join(folder, target.replace(/#.*/, ''))))
      .map(({ page, target }) => `${page} leads to ${target}, which is not there`),
    ...(repository === undefined ? ['package.json has no repository: npm leads relative links nowhere'] : []),
  ];
}

const hosts = /\b(?:registry\.npmjs\.org|registry\.yarnpkg\.com|npm\.pkg\.github\.com|[\w.-]*artifactory[\w.-]*|[\w-]+\.jfrog\.io)\b/i;

/** Names of registries in all that is ours: Node itself, inside the single file, is not. */
export function registries({ folder, out }: Assets): readonly string[] {
  const used = new URL(execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()).hostname;
  const texts = readdirSync(out).filter(name => !/\.(zip|tgz|vsix)$/.test(name));
  const packed = [...bundles, 'README.md', 'OVERVIEW.md', 'package.json', 'task/task.json', 'vss-extension.json'];
  return [...texts.map(name => join(out, name)), ...packed.map(path => join(folder, path))].flatMap(path => {
    const text = readFileSync(path, 'utf8');
    const found = text.includes(used) ? used : hosts.exec(text)?.[0];
    return found === undefined ? [] : [`${path} names the registry ${found}`];
  });
}

function checksums({ out }: Assets): readonly string[] {
  const { status, stdout, stderr } = spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: out, encoding: 'utf8' });
  return status === 0 ? [] : [`${stdout}${stderr}`];
}

function unzip(archive: string, target: string): void {
  mkdirSync(target, { recursive: true });
  execFileSync('unzip', ['-q', archive, '-d', target], { stdio: 'pipe' });
}

function inScratch<T>(use: (scratch: string) => T): T {
  const scratch = mkdtempSync(join(tmpdir(), 'asset-'));
  try {
    return use(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
