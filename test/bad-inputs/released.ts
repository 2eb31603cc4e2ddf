/** Files that are read, and that the cluster does not take: what, the file, and the code and place that are named. */
import { GOOD } from './step.ts';

const changed = (from: string | RegExp, to: string): string => GOOD.replace(from, to);
const with_ = (object: string): string => `${GOOD}---\n${object}`;
const config = (metadata: string): string => with_(`apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n`);
const pods = (text: string): string => changed(/ {6}containers:[\s\S]*?(?=---)/, text);

export const badReleases: readonly (readonly [what: string, file: string, code: string, says: RegExp])[] = [
  [
    'a namespace that is absent',
    GOOD.replaceAll('{name: web}\ns', '{name: web, namespace: nowhere}\ns'),
    'NOT_FOUND',
    /web\.yaml:1: Namespace nowhere/,
  ],
  ['more replicas than a number has bits for', changed('replicas: 1', 'replicas: 1e12'), 'INVALID', /web\.yaml:1: .*number 1000000000000/],
  [
    'a label whose name has a blank',
    changed('labels: {app: web}', 'labels: {app: web, "a b": c}'),
    'INVALID',
    /web\.yaml:1: .*name part must/,
  ],
  [
    'a quantity that is a word',
    changed('ports: [{name: http', 'resources: {requests: {cpu: lots}}\n          ports: [{name: http'),
    'INVALID',
    /web\.yaml:1: .*quantities must match/,
  ],
  [
    'a variable with two values',
    changed(
      'ports: [{name: http',
      'env: [{name: A, value: "1", valueFrom: {fieldRef: {fieldPath: metadata.name}}}]\n          ports: [{name: http',
    ),
    'INVALID',
    /web\.yaml:1: .*env\[0\]\.valueFrom/,
  ],
  [
    'a probe that asks nothing',
    changed('ports: [{name: http', 'readinessProbe: {}\n          ports: [{name: http'),
    'INVALID',
    /web\.yaml:1: .*readinessProbe: Required value: must specify a handler type/,
  ],
  ['a uid', config('{name: c, uid: abc}'), 'INVALID_MANIFEST', /web\.yaml:22: metadata\.uid belongs to the live object/],
  [
    'a resourceVersion',
    changed('{name: web}', '{name: web, resourceVersion: "1"}'),
    'INVALID_MANIFEST',
    /web\.yaml:3: metadata\.resourceVersion/,
  ],
  ['a name of 300 letters', config(`{name: ${'w'.repeat(300)}}`), 'INVALID_MANIFEST', /web\.yaml:22: metadata\.name is longer than 253/],
  [
    'a name of a megabyte',
    config(`{name: ${'w'.repeat(1_000_000)}}`),
    'INVALID_MANIFEST',
    /web\.yaml:22: metadata\.name is longer than 253/,
  ],
  ['another selector', changed('{matchLabels: {app: web}}', '{matchLabels: {app: other}}'), 'INVALID', /web\.yaml:1: /],
  [
    'another clusterIP',
    changed('{selector: {app: web}, p', '{clusterIP: 10.0.0.9, selector: {app: web}, p'),
    'IMMUTABLE_FIELD',
    /web\.yaml:15: /,
  ],
  ['a misspelt field', changed('replicas:', 'replica:'), 'INVALID', /web\.yaml:1: .*unknown field "spec\.replica"/],
  ['replicas of a text', changed('replicas: 1', 'replicas: many'), 'INVALID', /web\.yaml:1: .*spec\.replicas/],
  ['replicas below zero', changed('replicas: 1', 'replicas: -1'), 'INVALID', /web\.yaml:1: .*spec\.replicas/],
  ['no image', changed(/ +image: .*\n/, ''), 'INVALID', /web\.yaml:1: .*image/],
  [
    'a kind that is not known',
    with_('apiVersion: nope.example/v1\nkind: Nope\nmetadata: {name: a}\n'),
    'NOT_SERVED',
    /web\.yaml:20: .*Nope/,
  ],
  [
    'a version that is gone',
    changed('apps/v1', 'extensions/v1beta1'),
    'NOT_SERVED',
    /web\.yaml:1: .*extensions\/v1beta1 .*it has Deployment in apps\/v1/,
  ],
  ['a kind in lower case', changed('kind: Deployment', 'kind: deployment'), 'NOT_SERVED', /web\.yaml:1: .*deployment .*it has Deployment/],
  ['a name in capitals', changed('{name: web}', '{name: Web_1}'), 'INVALID', /web\.yaml:1: .*metadata\.name/],
  ['no Service', (GOOD.split('---')[0] ?? '').replaceAll('web', 'other'), 'NO_SERVICE', /Deployment default\/other/],
  ['no Deployment', GOOD.split('---')[1] ?? '', 'NOTHING_TO_DEPLOY', /no Deployment/],
  ['containers of nothing', pods('      containers: []\n'), 'INVALID', /web\.yaml:1: .*containers/],
  ['containers of null', pods('      containers:\n'), 'INVALID', /web\.yaml:1: .*containers/],
  ['containers of a text', pods('      containers: hello\n'), 'INVALID', /web\.yaml:1: .*containers/],
  ['no template', changed(/ {2}template:[\s\S]*?(?=---)/, ''), 'INVALID', /web\.yaml:1: .*template/],
  ['a template of a list', changed(/ {2}template:[\s\S]*?(?=---)/, '  template: []\n'), 'INVALID', /web\.yaml:1: .*template/],
  ['a spec of null', changed(/spec:\n {2}r[\s\S]*?(?=---)/, 'spec:\n'), 'INVALID', /web\.yaml:1: .*spec/],
  ['a spec of a text', changed(/spec:\n {2}r[\s\S]*?(?=---)/, 'spec: hello\n'), 'INVALID', /web\.yaml:1: .*spec/],
  ['no selector', changed(/ {2}selector:.*\n/, ''), 'INVALID', /web\.yaml:1: .*spec\.selector/],
  ['a selector of a list', changed('{matchLabels: {app: web}}', '[app]'), 'INVALID', /web\.yaml:1: .*spec\.selector/],
  ['ports of a text', changed(/ports: \[\{name: http, port.*\]/, 'ports: hello'), 'INVALID', /web\.yaml:15: .*ports/],
  [
    'a number in a Secret',
    with_('apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: 87654321}\n'),
    'INVALID_MANIFEST',
    /web\.yaml:23: stringData\.a/,
  ],
  [
    'a misspelt field in a Secret beside it',
    with_('apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringDatas: {a: b}\n'),
    'INVALID',
    /web\.yaml:20: .*\.stringDatas: field not declared/,
  ],
  [
    'a misspelt field in a ConfigMap beside it',
    config('{name: c, label: {a: b}}'),
    'INVALID',
    /web\.yaml:20: .*\.metadata\.label: field not declared/,
  ],
  [
    'a ConfigMap for a namespace that is absent',
    config('{name: c, namespace: nowhere}'),
    'NOT_FOUND',
    /web\.yaml:20: Namespace nowhere does not exist/,
  ],
  [
    'an Ingress of a wrong pathType',
    with_(
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {generateName: i-}\nspec: {rules: [{http: {paths: [{path: /, pathTypes: Prefix}]}}]}\n',
    ),
    'INVALID',
    /web\.yaml:20: .*pathTypes/,
  ],
];
