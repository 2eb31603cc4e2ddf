/** The files of a release, from a built checkout. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary } from './binary.ts';
import { formula, krew } from './installers.ts';
import { type Program, programIn, programs } from './programs.ts';
import { type Lock, sbom } from './sbom.ts';
import { vsix } from './vsix.ts';
import { zip } from './zip.ts';

/** Where the project lives, without a slash at the end. */
export const HOME = 'https://github.com/kubernetes-rollout/kubernetes-rollout';

/** Writes every asset of the version into `out`, which is made; `folder` is a checkout in which `npm run build` has run. */
export function writeAssets(folder: string, out: string, version: string): void {
  mkdirSync(out, { recursive: true });
  const put = (name: string, content: string | Buffer): void => writeFileSync(join(out, name), content);
  const sum = (name: string): string => sha256(join(out, name));
  const notices = readFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock;
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', out], { cwd: folder, stdio: 'pipe' });
  const pages = `${HOME}/blob/v${version}/`;
  put(`kubernetes-rollout-${version}.vsix`, vsix(folder, { pages }));
  put(`kubernetes-rollout-preview-${version}.vsix`, vsix(folder, { pages, isPreview: true }));
  put(`kubernetes-rollout-${version}.cdx.json`, sbom(version, notices, lock));
  put('THIRD-PARTY-NOTICES.txt', notices);
  const archives = programs().map(program => {
    const name = `kubectl-canary-${program.system}.zip`;
    put(name, archived(folder, program));
    return { name, sum: sum(name) };
  });
  const at = `${HOME}/releases/download/v${version}`;
  put('canary.yaml', krew({ version, home: HOME, at, archives }));
  const packed = `kubernetes-rollout-${version}.tgz`;
  put('kubernetes-rollout.rb', formula({ home: HOME, address: `${at}/${packed}`, sum: sum(packed) }));
  put('SHA256SUMS', sums(out));
}

/** `SUM  NAME` of every file of a folder, as `sha256sum --check` reads them. */
export function sums(out: string): string {
  const names = readdirSync(out).filter(name => name !== 'SHA256SUMS');
  return names
    .toSorted()
    .map(name => `${sha256(join(out, name))}  ${name}\n`)
    .join('');
}

function archived(folder: string, { system, path }: Program): Buffer {
  const beside = ['LICENSE', 'THIRD-PARTY-NOTICES.txt'].map(name => ({ path: name, content: readFileSync(join(folder, name)) }));
  return zip([{ path: programIn(system), content: binary(folder, path), executable: true }, ...beside]);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
