import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { load } from '../../src/manifests/load.ts';
import type { Manifest } from '../../src/model/request.ts';
import { inWorkspace } from './workspace.ts';

const offline: typeof fetch = async () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }) });
};

function read(files: Readonly<Record<string, string | Uint8Array>>, ...sources: readonly string[]): Promise<readonly Manifest[]> {
  return inWorkspace(files, cwd => load(sources, { cwd, fetch: offline }));
}

async function refusal(reading: Promise<unknown>): Promise<RolloutError> {
  const error = await reading.catch((thrown: unknown) => thrown);
  if (error instanceof RolloutError) return error;
  throw new Error('no RolloutError was thrown', { cause: error });
}

const unnamed = 'apiVersion: v1\nkind: X\nmetadata:\n';
const named = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const names = (manifests: readonly Manifest[]) => manifests.map(manifest => manifest.object.metadata.name);
const list = {
  'a.yaml': named('a'),
  'b/c.yml': named('c'),
  'b/d/e.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e"}}',
  'b/x.txt': 'no',
};

describe('which files are read', () => {
  test.each([
    ['a file', ['a.yaml'], ['a']],
    ['a directory with all below it', ['.'], ['a', 'c', 'e']],
    ['entries between commas, semicolons and lines', ['a.yaml, b/c.yml;\r\n\tb/d/e.json\n'], ['a', 'c', 'e']],
    ['entries in quotes', ['"a.yaml"\n\'b/c.yml\''], ['a', 'c']],
    ['a star within one directory', ['b/*.yml'], ['c']],
    ['two stars through directories', ['b/**/*.{yml,json}'], ['c', 'e']],
    ['all but what a pattern names', ['!(b).yaml'], ['a']],
    ['two stars that stand for no directory', ['**/a.yaml'], ['a']],
    ['alternatives with a comma in braces', ['{a,b/c}.{yaml,yml}'], ['a', 'c']],
    ['one letter of any kind', ['b/?.yml'], ['c']],
    ['a set of letters', ['[ab].yaml'], ['a']],
    ['all but what is excluded', ['.\n!b/d'], ['a', 'c']],
    ['all but an excluded glob, wherever it stands', ['!**/*.json\n./b'], ['c']],
    ['a file named twice only once', ['b', 'b/c.yml'], ['c', 'e']],
  ])('reads %s', async (_, sources, expected) => {
    expect(names(await read(list, ...sources))).toEqual(expected);
  });

  test('leaves out what is hidden, such as workflows beside the manifests', async () => {
    expect(names(await read({ ...list, '.github/workflows/ci.yml': 'on: push' }, '.'))).toEqual(['a', 'c', 'e']);
  });

  test('a missing file, a glob without match and an empty directory are named together', async () => {
    const error = await refusal(read({ 'a.yaml': named('a'), 'b/x.txt': '' }, 'a.yaml,none.yaml,b/*.yaml,b'));
    expect(error.code).toBe('INVALID_MANIFEST');
    expect(error.message).toContain('none.yaml: no such file or directory');
    expect(error.message).toContain('b/*.yaml: matches no file');
    expect(error.message).toContain('b: the directory contains no');
  });

  test('files without any object are nothing to deploy, and so is no file', async () => {
    const empty = await refusal(read({ 'a.yaml': '---\n# only words\n---\n' }, 'a.yaml'));
    expect([empty.code, empty.message]).toEqual(['NOTHING_TO_DEPLOY', 'No Kubernetes object was found in a.yaml']);
    expect((await refusal(read({}, ' \n'))).code).toBe('NOTHING_TO_DEPLOY');
  });

  test('reads a URL, and hides its password and signature', async () => {
    const pages: typeof fetch = async url =>
      String(url).includes('good') ? new Response(named('web')) : new Response('', { status: 404, statusText: 'Not Found' });
    const [manifest] = await load(['https://user:pass@example.com/good.yaml?sig=secret'], { cwd: '.', fetch: pages });
    expect(manifest?.from).toBe('https://example.com/good.yaml:1');
    const error = await refusal(load(['https://user:pass@example.com/bad.yaml?sig=secret'], { cwd: '.', fetch: pages }));
    expect(error.message).toContain('https://example.com/bad.yaml: the server answered 404 Not Found');
    expect(error.message).not.toMatch(/pass|secret/);
  });

  test('a URL that cannot be reached is named with the reason', async () => {
    expect((await refusal(read({}, 'https://example.com/web.yaml'))).message).toContain(
      'https://example.com/web.yaml: cannot be downloaded (ENOTFOUND)',
    );
  });
});

describe('what a file holds', () => {
  test('several documents, empty ones and comments, with the line of each', async () => {
    const file = `# first\n---\n${named('a')}---\n---\n# none\n---\n${named('b')}...\n---\n${named('c')}`;
    const manifests = await read({ 'all.yaml': file }, 'all.yaml');
    expect(manifests.map(({ object, from }) => [object.metadata.name, from])).toEqual([
      ['a', 'all.yaml:3'],
      ['b', 'all.yaml:11'],
      ['c', 'all.yaml:17'],
    ]);
  });

  test('Windows line ends, a byte order mark, and the UTF-16 of PowerShell', async () => {
    const windows = named('a', 'data:\n  text: |\n    one\n    two\n').replaceAll('\n', '\r\n');
    const utf16 = Buffer.from(`\uFEFF${named('b')}`, 'utf16le');
    const [first, second] = await read({ 'a.yaml': `\uFEFF${windows}`, 'b.yaml': utf16 }, 'a.yaml,b.yaml');
    expect(first?.object.data).toEqual({ text: 'one\ntwo\n' });
    expect(second?.object.metadata.name).toBe('b');
  });

  test('lists of both kinds are unfolded, with the line of each item', async () => {
    const item = (name: string) => `- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: ${name}\n`;
    const inner = '- {metadata: {name: c}}\n';
    const files = {
      'a.yaml': `apiVersion: v1\nkind: List\nitems:\n${item('a')}${item('b')}`,
      'b.yaml': `apiVersion: v1\nkind: ConfigMapList\nitems:\n${inner}`,
    };
    const manifests = await read(files, 'a.yaml,b.yaml');
    expect(manifests.map(({ object, from }) => [object.kind, object.metadata.name, from])).toEqual([
      ['ConfigMap', 'a', 'a.yaml:4'],
      ['ConfigMap', 'b', 'a.yaml:8'],
      ['ConfigMap', 'c', 'b.yaml:4'],
    ]);
  });

  test('JSON with tabs and escaped slashes', async () => {
    const [manifest] = await read(
      {
        'a.json': '{\n\t"apiVersion": "v1",\n\t"kind": "X",\n\t"metadata": {"name": "a"},\n\t"spec": {"url": "a\\/b \\ud83d\\ude00"}\n}\n',
      },
      'a.json',
    );
    expect(manifest?.object.spec).toEqual({ url: 'a/b 😀' });
  });

  test('a namespace without a value, which is none', async () => {
    const manifests = await read({ 'a.yaml': `${named('a', '  namespace:\n')}---\n${named('b', '  namespace: ""\n')}` }, 'a.yaml');
    expect(manifests.map(({ object }) => object.metadata)).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  test('a name to be generated, twice', async () => {
    const job = 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: migrate-\n';
    expect(await read({ 'a.yaml': `${job}---\n${job}` }, 'a.yaml')).toHaveLength(2);
  });

  test('the same name in two namespaces and in two groups', async () => {
    const ingress = (group: string) => `apiVersion: ${group}/v1\nkind: Ingress\nmetadata: {name: a}\n`;
    const files = {
      'a.yaml': [
        named('a', '  namespace: one\n'),
        named('a', '  namespace: two\n'),
        ingress('networking.k8s.io'),
        ingress('config.example.com'),
      ].join('---\n'),
    };
    expect(await read(files, '.')).toHaveLength(4);
  });

  test('the very same object twice is refused with both places, whatever its version', async () => {
    const horizontal = (version: string) => `apiVersion: autoscaling/${version}\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n`;
    const error = await refusal(read({ 'a.yaml': horizontal('v1'), 'b.yaml': horizontal('v2') }, '.'));
    expect(error.message).toContain('HorizontalPodAutoscaler.autoscaling web is there twice: a.yaml:1 and b.yaml:1');
  });
});

describe('values mean what they mean to kubectl', () => {
  const table: { readonly rows: readonly (readonly [string, string | null])[] } = JSON.parse(
    readFileSync(new URL('kubectl-scalars.json', import.meta.url), 'utf8'),
  );
  const bounds = ['9223372036854775807', '-9223372036854775808', '18446744073709551615'];
  /** Whole numbers that kubectl keeps to the last digit and JavaScript does not. */
  const lossy = (yaml: string) =>
    /^-?[0-9]{16,}$/.test(yaml) && String(Number(yaml)) !== yaml && !bounds.includes(yaml) && BigInt(yaml) ** 2n < 2n ** 128n;

  test.each(table.rows)('%j is %s', async (yaml, json) => {
    const reading = read({ 'x.yaml': `apiVersion: example.com/v1\nkind: X\nmetadata:\n  name: x\nspec:\n  v: ${yaml}\n` }, 'x.yaml');
    const expected: unknown = json === null ? undefined : JSON.parse(json);
    if (json === null || lossy(yaml)) expect((await refusal(reading)).code).toBe('INVALID_MANIFEST');
    else expect((await reading)[0]?.object.spec?.v).toEqual(expected);
  });

  test('aliases of aliases that would unfold without bounds are refused', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `  l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]\n`,
    );
    const error = await refusal(read({ 'x.yaml': `${named('x')}spec:\n  l0: &l0 x\n${levels.join('')}` }, 'x.yaml'));
    expect(error.message).toMatch(/^The manifests have a fault: x\.yaml:\d+: the aliases unfold into more than 32 MB$/);
  });

  test('a field by the name of a prototype is only a field', async () => {
    const [manifest] = await read({ 'x.yaml': named('x', 'spec: {__proto__: {polluted: true}}\n') }, 'x.yaml');
    expect(JSON.stringify(manifest?.object.spec)).toBe('{"__proto__":{"polluted":true}}');
  });
});

describe('faults are named by file, line and field', () => {
  test.each([
    ['a key twice', named('x', 'data: {}\ndata: {}\n'), 'x.yaml:6: the key data is there twice'],
    ['a tab', 'apiVersion: v1\n\tkind: X\n', 'x.yaml:2: tab characters must not be used in indentation'],
    ['an unknown alias', `${named('x')}spec: *nope\n`, 'x.yaml:5: alias *nope has no anchor before it'],
    ['an alias of itself', `${named('x')}spec: &a [*a]\n`, 'x.yaml:5: alias *a has no anchor before it'],
    ['no apiVersion', 'kind: X\nmetadata: {name: x}\n', 'x.yaml:1: apiVersion is missing'],
    ['no name', 'apiVersion: v1\nkind: X\nmetadata:\n  labels: {}\n', 'x.yaml:3: metadata.name is missing'],
    ['no metadata', 'apiVersion: v1\nkind: X\n', 'x.yaml:1: metadata is missing'],
    [
      'a number as name',
      'apiVersion: v1\nkind: X\nmetadata:\n  name: 12\n',
      'x.yaml:4: metadata.name must be a string, not a number: put it in quotes',
    ],
    ['a mapping as kind', 'apiVersion: v1\nkind: {}\nmetadata:\n  name: a\n', 'x.yaml:2: kind must be a string, not a mapping'],
    [
      'a number as label',
      named('x', '  labels:\n    version: 1.10\n'),
      'x.yaml:6: metadata.labels.version must be a string, not a number: put it in quotes',
    ],
    ['a boolean as data', named('x', 'data:\n  debug: yes\n'), 'x.yaml:6: data.debug must be a string, not a boolean: put it in quotes'],
    [
      'a number as variable',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        env:\n        - name: PORT\n          value: 8080\n',
      'x.yaml:11: spec.template.spec.containers[0].env[0].value must be a string, not a number: put it in quotes',
    ],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
      'x.yaml:2: kind is input for kustomize',
    ],
    ['a text as document', 'hello\n', 'x.yaml:1: not a Kubernetes object'],
    [
      'an item of a list',
      'apiVersion: v1\nkind: List\nitems:\n- kind: X\n  metadata: {name: x}\n',
      'x.yaml:4: items[0].apiVersion is missing',
    ],
    ['a macro of Azure Pipelines', `${unnamed}  name: web-$(Build.BuildId)\n`, 'x.yaml:4: metadata.name still contains a macro'],
    [
      'an expression of GitHub',
      `${unnamed}  name: x\n  namespace: $${'{{ github.ref }}'}\n`,
      'x.yaml:5: metadata.namespace still contains a macro',
    ],
    ['a token', `${unnamed}  name: a#{env}#\n`, 'x.yaml:4: metadata.name still contains a macro'],
  ])('%s', async (_, file, message) => {
    const error = await refusal(read({ 'x.yaml': file }, 'x.yaml'));
    expect(error.message).toContain(message);
    expect(error.hint).not.toBe('');
  });

  test('faults of all files come together, and values of a Secret are not among the words', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  pin: 271828\n';
    const error = await refusal(read({ 'a.yaml': secret, 'b.yaml': 'kind: X\n', 'c.yaml': 'password: [hunter2\n' }, '.'));
    expect(error.message).toContain('The manifests have 4 faults:\n- a.yaml:5: stringData.pin must be a string');
    expect(error.message).toContain('\n- b.yaml:1: apiVersion is missing');
    expect(error.message).toContain('\n- c.yaml:');
    expect(error.message).not.toMatch(/271828|hunter2/);
  });
});
