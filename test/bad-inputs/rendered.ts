/** Overlays and charts that are wrong: what, its files, the inputs, the code and the words; helm is the fake of test/fakes/bin. */
import { delimiter, resolve } from 'node:path';
import type { RawInputs } from '../../src/inputs/parse.ts';

const overlay = (text: string) => ({ 'app/kustomization.yaml': text });
const chart = (values = 'a: b\n', template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n') => ({
  'app/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'app/values.yaml': values,
  'app/templates/web.yaml': template,
});
const app = { manifests: 'app', namespace: 'default' };
const hook = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, annotations: {helm.sh/hook: pre-upgrade}}\n';

type Row = readonly [what: string, files: Readonly<Record<string, string>>, inputs: RawInputs, says: RegExp, code?: string];

/** Given with helm and kubectl on the PATH. */
export const badRendered: readonly Row[] = [
  [
    'an overlay of a file that is absent',
    overlay('resources: [nope.yaml]\n'),
    app,
    /app: kubectl kustomize ended with exit code 1:\n.*nope/s,
  ],
  ['an overlay that is no YAML', overlay('a: [1\n'), app, /app: kubectl kustomize ended with exit code 1/],
  ['an overlay of nothing', overlay('namePrefix: a-\n'), app, /No Kubernetes object was found in app/, 'NOTHING_TO_DEPLOY'],
  ['an overlay and a chart in one directory', { ...overlay(''), ...chart() }, app, /app: kustomization\.yaml and Chart\.yaml both exist/],
  ['the file of an overlay in place of its directory', overlay('resources: []\n'), { manifests: 'app/*' }, /name its directory/],
  ['a chart that fails', chart('fails: nonono\n'), app, /app: helm template ended with exit code 1:\nError: execution error at/],
  ['a chart whose output has no end', chart('endless: true\n'), app, /app: helm template printed more than 32 MB/],
  ['a chart without a namespace', chart(), { manifests: 'app' }, /app: helm renders the namespace .* set the input namespace/],
  ['a chart without its values', chart(), { ...app, 'helm-values': 'nope.yaml' }, /nope\.yaml: no such file/],
  ['a template with a fault', chart('a: b\n', 'kind: A\n'), app, /app\/templates\/web\.yaml \(helm\):2: apiVersion is missing/],
  ['a hook that is no Job', chart('a: b\n', hook), app, /Helm would run hooks .*ConfigMap settings \(pre-upgrade; /, 'UNSUPPORTED'],
  ['values without a chart', {}, { 'helm-set': 'password=hunter2' }, /helm-set: no directory of manifests contains a Chart\.yaml/],
  ['a release without a chart', {}, { 'helm-release': 'web' }, /helm-release: no directory of manifests contains a Chart\.yaml/],
];

/** Given where the machine has neither. */
export const unrendered: readonly Row[] = [
  ['an overlay', overlay('resources: []\n'), app, /rendered by kustomize or kubectl: not on PATH here.*kubectl kustomize app \|/s],
  [
    'a chart',
    chart(),
    { ...app, 'helm-set': 'password=hunter2' },
    /rendered by helm: not on PATH here.*helm template web \.\/app .*=\.\.\. \|/s,
  ],
];

/** Runs `use` with another PATH: that of the fake programs before all others, or none. */
export async function onPath(which: 'fakes' | 'none', use: () => Promise<void>): Promise<void> {
  const { PATH = '' } = process.env;
  process.env.PATH = which === 'none' ? '/nowhere' : [resolve('test/fakes/bin'), PATH].join(delimiter);
  try {
    await use();
  } finally {
    process.env.PATH = PATH;
  }
}
