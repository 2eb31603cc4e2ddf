/** Overlays and charts: kubectl builds for real, helm is the fake of test/fakes/bin, which behaves as helm does with plain templates. */
import { delimiter, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { machineTime } from '../../src/cluster/clock.ts';
import { renderer } from '../../src/execute/commands/renderer.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { filesOf } from '../../src/manifests/files.ts';
import { isRecord } from '../../src/manifests/json.ts';
import { load } from '../../src/manifests/load.ts';
import { inWorkspace } from './workspace.ts';

const PATH = process.env.PATH ?? '';
beforeEach(() => {
  process.env.PATH = [resolve('test/fakes/bin'), PATH].join(delimiter);
});
afterEach(() => {
  process.env.PATH = PATH;
});

const run = renderer({ time: machineTime, signal: new AbortController().signal });
const given = (raw: RawInputs, cwd = process.cwd()) => {
  const { inputs } = parseInputs({ namespace: 'shop', ...raw }, 'terminal');
  return filesOf(inputs, { cwd, fetch, run });
};
const objectsOf = async (raw: RawInputs) =>
  (await given(raw)).manifests.map(({ object }) => object).sort((a, b) => (a.kind < b.kind ? -1 : 1));

/** The plain sample, changed as production is. */
async function plain(isProduction: boolean) {
  const greeting = isProduction ? 'hello from production' : 'hello';
  const sizes = isProduction ? { minReplicas: 4, maxReplicas: 20 } : {};
  const objects = await objectsOf({ manifests: 'samples/manifests/web' });
  return objects.map(object => ({
    ...object,
    ...(object.kind === 'ConfigMap' ? { data: { GREETING: greeting } } : {}),
    ...(object.kind === 'HorizontalPodAutoscaler' && isRecord(object.spec) ? { spec: { ...object.spec, ...sizes } } : {}),
  }));
}

const chart = (templates: Readonly<Record<string, string>>, values = 'a: b\n') => ({
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml': values,
  ...Object.fromEntries(Object.entries(templates).map(([file, text]) => [`web/templates/${file}`, text])),
});
const configMap = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const hook = (moments: string) => `  annotations:\n    helm.sh/hook: ${moments}\n`;
const rendering = (files: Readonly<Record<string, string>>, raw: RawInputs = {}) =>
  inWorkspace(files, cwd => given({ manifests: Object.keys(files)[0]?.split('/')[0], ...raw }, cwd));

describe('a directory with a kustomization', () => {
  test('is built: the sample’s overlay is the plain sample with its changes', async () => {
    expect(await objectsOf({ manifests: 'samples/overlay/web/production' })).toEqual(await plain(true));
  });

  test('is named by what is wrong in it, and by what was said', async () => {
    await expect(rendering({ 'app/kustomization.yml': 'resources: [nope.yaml]\n' }, { manifests: 'app/' })).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringMatching(/app: kubectl kustomize ended with exit code 1:\n.*nope\.yaml/s),
    });
    const unnamed = { 'app/Kustomization': 'resources: [a.yaml]\n', 'app/a.yaml': `${configMap('a')}data: {a: 1}\n` };
    await expect(rendering(unnamed)).rejects.toThrow(/app \(kustomize\):\d+: data\.a must be a string/);
  });

  test('is read as plain files where that file is excluded, and is asked for where only its file is named', async () => {
    const files = { 'app/kustomization.yaml': 'resources: []\n', 'app/a.yaml': configMap('a') };
    expect((await rendering(files, { manifests: 'app,!app/kustomization.yaml' })).manifests).toHaveLength(1);
    await expect(rendering(files, { manifests: 'app/*.yaml' })).rejects.toThrow('name its directory in manifests');
  });

  test('without a program for it is an error with the pipe that does the same', async () => {
    process.env.PATH = '/nowhere';
    const files = { 'app/kustomization.yaml': 'resources: []\n' };
    await expect(rendering(files)).rejects.toThrow('    kubectl kustomize app |\n    kubernetes-rollout deploy -f -');
  });
});

describe('a directory with a chart', () => {
  test('is rendered: the sample’s chart is the plain sample, and with its values that of production', async () => {
    expect(await objectsOf({ manifests: 'samples/chart/web' })).toEqual(await plain(false));
    const production = { 'helm-values': 'samples/chart/web/values-production.yaml', 'helm-set': 'image.tag=v2' };
    const text = JSON.stringify(await plain(true)).replace('example/web:v1', 'example/web:v2');
    expect(JSON.stringify(await objectsOf({ manifests: 'samples/chart/web', ...production }))).toBe(text);
  });

  test('gets the release’s name and the namespace, and needs the latter', async () => {
    const files = chart({ 'a.yaml': configMap('{{ .Release.Name }}', '  namespace: {{ .Release.Namespace }}\n') });
    const { manifests } = await rendering(files, { 'helm-release': 'green' });
    expect(manifests[0]?.object.metadata).toEqual({ name: 'green', namespace: 'shop' });
    await expect(rendering(files, { namespace: '' })).rejects.toThrow('set the input namespace');
  });

  test('is named by the template in which a fault is', async () => {
    const files = chart({ 'good.yaml': configMap('a'), 'bad.yaml': `${configMap('b')}data: {a: 1}\n` });
    await expect(rendering(files)).rejects.toThrow('web/templates/bad.yaml (helm):6: data.a must be a string');
  });

  test('that fails says why, without the values that were set', async () => {
    const failing = rendering(chart({}), { 'helm-set': 'fails=hunter2-secret' });
    await expect(failing).rejects.toThrow('exit code 1:\nError: execution error at (web/templates/web.yaml:1:3): ***');
    await expect(rendering(chart({}), { 'helm-values': 'nope.yaml' })).rejects.toThrow('open nope.yaml: no such file');
  });

  test('without helm is an error with the pipe, which shows no value that was set', async () => {
    process.env.PATH = '/nowhere';
    const error = await rendering(chart({}), { 'helm-set': 'password=hunter2' }).catch(String);
    expect(error).toContain(
      'helm template web ./web --include-crds --namespace=shop --set=password=... |\n    kubernetes-rollout deploy -f -',
    );
    expect(error).not.toContain('hunter2');
  });

  test('is needed where words for helm are given', async () => {
    const plainFiles = { 'app/a.yaml': configMap('a') };
    await expect(rendering(plainFiles, { 'helm-set': 'a=b' })).rejects.toThrow('helm-set: no directory of manifests contains a Chart.yaml');
  });
});

describe('hooks of Helm', () => {
  const files = {
    'app/all.yaml': [
      configMap('a'),
      configMap('t', hook('test')),
      configMap('gone', hook('post-delete')),
      configMap('m', hook('pre-install, pre-upgrade')),
    ].join('---\n'),
  };

  test('that a release would run are refused, wherever the files are from', async () => {
    await expect(rendering(files)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('ConfigMap m (pre-install, pre-upgrade; app/all.yaml:'),
      hint: expect.stringContaining('helm-hooks: leave-out'),
    });
  });

  test('are left out and named: tests and what no release runs by the way, the others with a warning', async () => {
    const { manifests, notices } = await rendering(files, { 'helm-hooks': 'leave-out' });
    expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a']);
    expect(notices).toEqual([
      { level: 'info', text: expect.stringMatching(/ConfigMap t \(test; .*ConfigMap gone \(post-delete; /) },
      { level: 'warning', text: expect.stringMatching(/do not run: ConfigMap m /) },
    ]);
  });

  test('never bar the way back', async () => {
    expect((await rendering(files, { action: 'reject' })).manifests).toHaveLength(1);
  });

  test('alone are nothing to deploy', async () => {
    await expect(rendering({ 'app/t.yaml': configMap('t', hook('test')) })).rejects.toMatchObject({ code: 'NOTHING_TO_DEPLOY' });
  });
});

test('the overlay’s base is the plain sample', async () => {
  const around = { cwd: process.cwd(), fetch };
  const base = await load(['samples/overlay/web/base/web.yaml'], around);
  const sample = await objectsOf({ manifests: 'samples/manifests/web' });
  expect(base.map(({ object }) => object).sort((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual(sample);
});
