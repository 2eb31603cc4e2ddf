/** Third-party notices. */
import { readdir, readFile } from 'node:fs/promises';

/** The licence texts of the packages that these bundled files came from, by name and version. */
export async function notices(files: readonly string[]): Promise<string> {
  const folders = [...new Set(files.flatMap(packageFolder))].sort();
  const parts = await Promise.all(folders.map(notice));
  return ['The bundles of Rollout for Kubernetes hold parts of these packages.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`).concat('\n');
}

function packageFolder(file: string): readonly string[] {
  const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
  return folder === undefined ? [] : [folder];
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

async function notice(folder: string): Promise<string> {
  const { name, version, license = 'no licence named' } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as PackageJson;
  const licences = (await readdir(folder)).filter(file => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = await Promise.all(licences.map(file => readFile(`${folder}/${file}`, 'utf8')));
  return [`${name} ${version} (${license})`, ...texts.map(text => text.replace(/\r\n/g, '\n').trim())].join('\n\n');
}
