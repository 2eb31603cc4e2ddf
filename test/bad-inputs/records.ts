/** Records of which one field is wrong: every field of the schema, by everything that it must not be. */
import { brotliCompressSync } from 'node:zlib';
import { encode, type Reading, readRecord } from '../../src/manifests/record.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { aDeployment } from '../build/deployment.ts';
import { aRollout } from '../build/record.ts';

type Fields = Readonly<Record<string, unknown>>;
type Row = readonly [path: string, value: string, read: () => Reading];

const stable = aDeployment('web').build();
const traffic = { weights: { stable: 900, canary: 100 } };
const rollout = aRollout(stable, {
  created: [{ ref: { apiVersion: 'v1', kind: 'Secret', namespace: 'demo', name: 's' }, uid: 'u' }],
  scripted: { web: { traffic, done: true } },
  distinction: { keys: ['app'], copies: [{ kind: 'ConfigMap', name: 'c' }] },
  begun: true,
  analysis: {
    stage: '10%',
    since: 1_800_000_000_000,
    verdict: 'fail',
    score: 50,
    metrics: [{ metric: 'errors', verdict: 'fail' }],
    from: { 'web-canary-1': { requests: 1, errors: 0, slower: { '0.1': 0 } } },
    restarts: { 'web-canary-1': 0 },
    bounds: ['0.1'],
  },
  hold: {
    stage: '10%',
    since: 1_800_000_000_000,
    seconds: 1800,
    process: 'p',
    answer: { verdict: 'approve', by: 'jane', at: 1_800_000_000_000, taken: true },
  },
});
const { configMap } = encode(rollout);
const head = JSON.parse(configMap.data?.rollout ?? '') as Fields;
const contents = { originals: rollout.originals, tested: rollout.tested, versions: [] };

const packed = (value: unknown): string => brotliCompressSync(JSON.stringify(value)).toString('base64');
const read = (changed: Partial<KubeObject>) => (): Reading => readRecord({ ...configMap, ...changed }, null);
const readHead = (value: unknown) => read({ data: { ...configMap.data, rollout: JSON.stringify(value) } });
const readContents = (value: unknown) => read({ binaryData: { contents: packed(value) } });

/** The value with another one at a path. */
function withAt(value: unknown, [key, ...below]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? withAt(item, below, other) : item));
  const fields = value as Fields;
  return { ...fields, [key]: withAt(fields[key], below, other) };
}

const WRONG = { text: 'wrong', number: 7, boolean: false, null: null, list: [], object: {} } as const;
type Kind = keyof typeof WRONG;

/** `text workload` and the like: what a field is, and where it stands. */
const of = (is: readonly Kind[], place: string): readonly (readonly [string, Kind])[] =>
  (Object.keys(WRONG) as Kind[]).filter(kind => !is.includes(kind)).map(kind => [place, kind] as const);

const inHead = [
  ...['workload', 'namespace', 'application', 'strategy', 'router', 'release', 'stage', 'run.id', 'run.name', 'services.0'].flatMap(place =>
    of(['text'], place),
  ),
  ...['created.0.ref.apiVersion', 'created.0.ref.kind', 'created.0.ref.name', 'distinction.keys.0', 'distinction.copies.0.name'].flatMap(
    place => of(['text'], place),
  ),
  ...of([], 'action'),
  ...['done', 'begun', 'scripted.web.done'].flatMap(place => of(['boolean'], place)),
  ...of(['number'], 'replicas'),
  ...['percentage'].flatMap(place => of(['number', 'null'], place)),
  ...['base', 'replaced'].flatMap(place => of(['text', 'null'], place)),
  ...['services', 'created', 'distinction.keys', 'distinction.copies'].flatMap(place => of(['list'], place)),
  ...['run', 'distinction', 'created.0.ref', 'scripted.web', 'scripted.web.traffic'].flatMap(place => of([], place)),
  ...of(['object'], 'scripted.web.traffic.weights'),
  ...['analysis.stage', 'analysis.metrics.0.metric', 'analysis.bounds.0'].flatMap(place => of(['text'], place)),
  ...['analysis.since', 'analysis.from.web-canary-1.requests', 'analysis.restarts.web-canary-1'].flatMap(place => of(['number'], place)),
  ...of(['number', 'null'], 'analysis.score'),
  ...of(['null'], 'analysis.verdict'),
  ...of([], 'analysis.metrics.0.verdict'),
  ...['hold.stage', 'hold.process', 'hold.answer.by'].flatMap(place => of(['text'], place)),
  ...['hold.since', 'hold.seconds', 'hold.answer.at'].flatMap(place => of(['number'], place)),
  ...['hold.answer.verdict', 'hold.answer.taken'].flatMap(place => of([], place)),
];
const inContents = [
  ...['originals', 'originals.stable.metadata', 'tested.template'].flatMap(place => of(['object'], place)),
  ...['originals.routes', 'originals.others', 'tested.files', 'versions'].flatMap(place => of(['list'], place)),
  ...['originals.stable.kind', 'tested.files.0.kind', 'originals.routes.0.name'].flatMap(place => of(['text'], place)),
  ...['originals.stable.spec', 'tested.files.0.spec'].flatMap(place => of(['object', 'null'], place)),
  ...['tested.release'].flatMap(place => of(['text'], place)),
  ...['originals.stable'].flatMap(place => of(['null', 'object'], place)),
];
const field = (place: string): string => place.split('.').findLast(key => !/^\d+$/.test(key)) ?? '';

export const badRecords: readonly Row[] = [
  ...inHead.map(([place, kind]): Row => [field(place), kind, readHead(withAt(head, place.split('.'), WRONG[kind]))]),
  ...inContents.map(([place, kind]): Row => [field(place), kind, readContents(withAt(contents, place.split('.'), WRONG[kind]))]),
  ...['{', 'null', '[]', '7', '"text"', ''].map(
    (json): Row => ['data.rollout', json || 'empty', read({ data: { ...configMap.data, rollout: json } })],
  ),
  ...['{', '[]', '7', '"text"', '{}'].map((json): Row => ['data.holder', json, read({ data: { ...configMap.data, holder: json } })]),
  ['data.renewedAt', 'soon', read({ data: { ...configMap.data, renewedAt: 'soon' } })],
  ['its format', '2', readHead({ ...head, format: 2 })],
  ['its format', 'null', readHead({ ...head, format: null })],
  ['data.rollout.namespace', 'another', readHead({ ...head, namespace: '../other' })],
  ['workload', 'another', readHead({ ...head, workload: 'other' })],
  ['workload', 'a path', readHead({ ...head, workload: '../../secrets' })],
  ['variant', 'stable', readHead({ ...head, variant: 'stable' })],
  ['strategy', 'constructor', readHead({ ...head, strategy: 'constructor' })],
  ['router', 'of a prototype', readHead({ ...head, router: 'smi,constructor' })],
  ['contents', 'not compressed', read({ binaryData: { contents: 'aGVsbG8=' } })],
  ['contents', 'nothing', read({ binaryData: {} })],
  ['contents', 'not JSON', read({ binaryData: { contents: brotliCompressSync('{').toString('base64') } })],
  [
    'at most 4 MB',
    'a gigabyte in a kilobyte',
    read({ binaryData: { contents: brotliCompressSync(Buffer.alloc(20_000_000)).toString('base64') } }),
  ],
  ['originals.stable', 'another kind', readContents(withAt(contents, ['originals', 'stable', 'kind'], 'ClusterRole'))],
  ['originals.stable', 'another name', readContents(withAt(contents, ['originals', 'stable', 'metadata', 'name'], 'other'))],
];
