import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';

interface Extension {
  readonly version: string;
  readonly description: string;
  readonly scopes: readonly string[];
  readonly files: readonly { readonly path: string; readonly packagePath: string; readonly addressable?: boolean }[];
  readonly contributions: readonly {
    readonly type: string;
    readonly properties: { readonly name: string; readonly uri?: string; readonly supportsTasks?: readonly string[] };
  }[];
}

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

test('the extension has the version of the package and a description that the marketplace takes', async () => {
  const extension = await json<Extension>('vss-extension.json');
  expect(extension.version).toBe((await json<{ readonly version: string }>('package.json')).version);
  expect(extension.description.length).toBeLessThanOrEqual(200);
});

test('the extension packs the task with its bundle, and no source', async () => {
  const { files, contributions } = await json<Extension>('vss-extension.json');
  const folder = contributions[0]?.properties.name;
  const packed = ['task.json', 'icon.png', 'icon.svg', 'dist'].map(name => `${folder}/${name}`);
  expect(files.map(file => file.packagePath)).toEqual([...packed, 'tab/index.html']);
  for (const { path } of files) expect(existsSync(path)).toBe(true);
});

test('the tab is shown where the task ran, and may read builds and nothing else', async () => {
  const { contributions, files, scopes } = await json<Extension>('vss-extension.json');
  const tab = contributions.find(({ type }) => type === 'ms.vss-build-web.build-results-tab');
  const { id } = await json<{ readonly id: string }>('task/task.json');
  expect(tab?.properties).toMatchObject({ uri: 'tab/index.html', supportsTasks: [id] });
  expect(files.find(({ packagePath }) => packagePath === tab?.properties.uri)).toMatchObject({ addressable: true });
  expect(scopes).toEqual(['vso.build']);
});

const installed = [
  'README.md',
  'samples/github/canary-template.yml',
  'samples/azure-pipelines/canary-template.yml',
  '.github/workflows/canary.yml',
];

test.each(installed)('%s names the version of the package wherever it names one to install', async path => {
  const text = await readFile(path, 'utf8');
  const { version } = await json<Extension>('package.json');
  const named = [...text.matchAll(/(?:@v|refs\/tags\/v|kubernetes-rollout-)(\d+\.\d+\.\d+)/g)].map(([, found]) => found);
  expect([...new Set(named)]).toEqual([version]);
});

test('the README calls the tag that moves by the major version', async () => {
  const { version } = await json<Extension>('package.json');
  expect(await readFile('README.md', 'utf8')).toContain(`\`@v${version.split('.')[0]}\` moves`);
});

test.each([
  ['task/extension.png', 128],
  ['task/icon.png', 32],
])('%s is a PNG of %i pixels a side, as Azure DevOps wants it', async (path, size) => {
  const image = await readFile(path);
  expect(image.subarray(1, 4).toString()).toBe('PNG');
  expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([size, size]);
});
