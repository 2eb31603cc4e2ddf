/** Charts that ask for the cluster they go to: helm is the fake of test/fakes/bin. */
import { delimiter, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { machineTime } from '../../src/cluster/clock.ts';
import { renderer } from '../../src/execute/commands/renderer.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { filesOf } from '../../src/manifests/files.ts';
import { release } from '../../src/manifests/release.ts';
import type { Capabilities } from '../../src/model/capabilities.ts';
import { inWorkspace } from './workspace.ts';

const PATH = process.env.PATH ?? '';
beforeEach(() => {
  process.env.PATH = [resolve('test/fakes/bin'), PATH].join(delimiter);
});
afterEach(() => {
  process.env.PATH = PATH;
});

type Texts = Readonly<Record<string, string>>;

const run = renderer({ time: machineTime, signal: new AbortController().signal });
const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const chart = (files: Texts, head = CHART): Texts => ({
  'web/Chart.yaml': head,
  'web/values.yaml': 'a: b\n',
  'web/templates/plain.yaml': configMap('plain'),
  ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`web/${name}`, text])),
});
const configMap = (name: string, value = 'x') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: "${value}"\n`;
const where = (api: string, text: string) => `{{ if .Capabilities.APIVersions.Has "${api}" }}\n${text}{{ end }}\n`;
const definition = (kind: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${kind.toLowerCase()}s.example.com\nspec:\n  group: example.com\n  names:\n    kind: ${kind}\n  versions:\n  - name: v1\n    served: true\n`;

const cluster =
  (...apis: readonly string[]) =>
  (): Promise<Capabilities> =>
    Promise.resolve({ version: 'v1.34.4', apis });

async function rendered(files: Texts, told: { readonly cluster?: () => Promise<Capabilities | null> } = {}, manifests = 'web') {
  return await inWorkspace(files, async cwd => {
    const { inputs } = parseInputs({ namespace: 'shop', manifests }, 'terminal');
    return await filesOf(inputs, { cwd, fetch, run, ...told });
  });
}
const namesOf = async (...given: Parameters<typeof rendered>) =>
  (await rendered(...given)).manifests.map(({ object }) => object.metadata.name);

test('a chart is told the version of its cluster and what that serves, and nothing where there is none', async () => {
  const files = chart({
    'templates/a.yaml': configMap('a', '{{ .Capabilities.KubeVersion.Version }}'),
    'templates/b.yaml': where('example.com/v1/Widget', configMap('b')),
  });
  const { manifests } = await rendered(files, { cluster: cluster('example.com/v1', 'example.com/v1/Widget') });
  expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a', 'b', 'plain']);
  expect(manifests[0]?.object.data).toEqual({ value: 'v1.34.4' });
  expect(await namesOf(files)).toEqual(['a', 'plain']);
});

test('the cluster is asked for charts alone', async () => {
  const unasked = () => Promise.reject(new Error('nobody asks'));
  expect(await namesOf({ 'web/a.yaml': configMap('a') }, { cluster: unasked })).toEqual(['a']);
});

test('kinds that come with the files count as served, so that the promote, when they are there, renders the same release', async () => {
  const files = chart({
    'crds/widget.yaml': definition('Widget'),
    'templates/gadget.yaml': where('example.com/v1/Widget', definition('Gadget')),
    'templates/last.yaml': where('example.com/v1/Gadget', configMap('last')),
  });
  const before = await rendered(files, { cluster: cluster('apps/v1') });
  expect(before.manifests.map(({ object }) => object.metadata.name)).toEqual([
    'widgets.example.com',
    'gadgets.example.com',
    'last',
    'plain',
  ]);
  const served = ['Widget', 'Gadget'].map(kind => `example.com/v1/${kind}`);
  const after = await rendered(files, { cluster: cluster('apps/v1', 'example.com/v1', ...served) });
  expect(release(after.manifests)).toBe(release(before.manifests));
});

test('so do those of a file beside the chart', async () => {
  const files = { ...chart({ 'templates/a.yaml': where('example.com/v1', configMap('a')) }), 'crd.yaml': definition('Widget') };
  expect(await namesOf(files, { cluster: cluster() }, 'web,crd.yaml')).toContain('a');
});

test('a cluster with thousands of kinds does not make a command line that no system takes', async () => {
  const apis = Array.from({ length: 9000 }, (_, i) => `group-${i}.example.com/v1/Kind`);
  const files = chart({ 'templates/a.yaml': where('group-0.example.com/v1/Kind', configMap('a')) });
  expect(await namesOf(files, { cluster: cluster(...apis) })).toEqual(['a', 'plain']);
});

test('what a template makes up anew each time is told by its template', async () => {
  const files = chart({ 'templates/secret.yaml': configMap('s', '{{ randAlphaNum 8 }}') });
  const { notices } = await rendered(files);
  expect(notices).toEqual([
    { level: 'warning', text: expect.stringContaining('web/templates/secret.yaml (helm): rendered otherwise each time') },
  ]);
  expect((await rendered(chart({}))).notices).toEqual([]);
});

test('a chart whose dependencies were not fetched is refused with the command that fetches them', async () => {
  const head = `${CHART}dependencies:\n- name: redis\n  version: 1.0.0\n  repository: https://charts.example.com\n`;
  await expect(rendered(chart({}, head))).rejects.toThrow('in a step before this one: helm dependency build web');
});
