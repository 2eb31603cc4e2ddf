/** Every flow of a release whose process is killed: what went before, the action that dies, and how its inputs are given. */
import type { RawInputs } from '../../../src/inputs/parse.ts';
import type { KubeObject } from '../../../src/model/kube.ts';
import type { Act } from '../../stage/act.ts';

export interface Flow {
  readonly name: string;
  /** The acts before, in order; nothing of them is disturbed. */
  readonly before: readonly Act[];
  readonly victim: Act;
  /** What else the user has laid down, and where requests come in then; absent: the Service alone. */
  readonly route?: KubeObject;
  /** What of his is in no way of requests. */
  readonly beside?: readonly KubeObject[];
  /** The code that its victim fails with whenever it comes to its end; absent: it succeeds. */
  readonly failsWith?: string;
  /** Somebody approves it whenever it waits for a person. */
  readonly isApproved?: true;
  /** A gap belongs to the strategy: no two versions ever run at once. */
  readonly losesRequests?: true;
  /** Applied over what the user has and remembered nowhere, as kubectl would: who owns which field is not put back. */
  readonly keepsOwners?: true;
}

/** The user's Deployment and Service at a version. */
export function web(version: string): readonly KubeObject[] {
  const labels = { app: 'web' };
  const container = { name: 'web', image: `demo/web:${version}`, ports: [{ name: 'http', containerPort: 8080 }] };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 3, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
  ];
}

const act = (action: string, inputs: RawInputs, version = 'v2'): Act => ({ inputs: { ...inputs, action }, files: web(version) });

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };
const pod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const constant: RawInputs = { ...pod, pods: 'constant' };
const blueGreen: RawInputs = { strategy: 'blue-green', 'traffic-split-method': 'smi' };
const recreate: RawInputs = { strategy: 'recreate' };
const rolling: RawInputs = { strategy: 'none' };

const at = (inputs: RawInputs, percentage: number): Act => act('deploy', { ...inputs, percentage: String(percentage) });
const withoutPercentage = (action: string, inputs: RawInputs): Act => act(action, inputs);
const newer = (inputs: RawInputs): Act => ({ inputs: { ...inputs, action: 'deploy', percentage: '20' }, files: web('v3') });

/** The user's HTTPRoute that leads to the Service. */
export const gatewayRoute: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web' },
  spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
};

const shadow: RawInputs = { strategy: 'shadow', 'traffic-split-method': 'gateway-api' };
const called = (name: string): RawInputs => ({ ...shadow, 'variant-name': name });
const both: readonly Act[] = [act('deploy', called('a')), act('deploy', called('b'), 'v3')];

/** Versions that get copies at once, under names of their own. */
const shadows: readonly Flow[] = [
  { name: 'shadows: the first', before: [], victim: act('deploy', called('a')), route: gatewayRoute },
  {
    name: 'shadows: a second beside it',
    before: [act('deploy', called('a'))],
    victim: act('deploy', called('b'), 'v3'),
    route: gatewayRoute,
  },
  { name: 'shadows: a newer release of one', before: both, victim: { ...act('deploy', called('a'), 'v4'), run: 2 }, route: gatewayRoute },
  { name: 'shadows: promote of one', before: both, victim: act('promote', called('a')), route: gatewayRoute },
  { name: 'shadows: reject of one', before: both, victim: act('reject', called('b'), 'v3'), route: gatewayRoute },
  { name: 'shadows: reject of all', before: both, victim: { ...act('reject', shadow), files: [] }, route: gatewayRoute },
];

const goreplay: RawInputs = { strategy: 'shadow', 'traffic-split-method': 'goreplay', 'allow-restart': 'true' };
const ab: RawInputs = { strategy: 'ab', 'traffic-split-method': 'gateway-api', match: 'header x-beta=always' };
const kept: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', affinity: 'cookie', percentage: '20' };

/** A way that is opened by other values than a percentage alone. */
function flowsOf(name: string, inputs: RawInputs, others: RawInputs): readonly Flow[] {
  const before = [act('deploy', inputs)];
  return [
    { name: `${name}: deploy`, before: [], victim: act('deploy', inputs) },
    { name: `${name}: other values`, before, victim: act('deploy', { ...inputs, ...others }) },
    { name: `${name}: newer release`, before, victim: act('deploy', inputs, 'v3') },
    { name: `${name}: promote`, before, victim: act('promote', inputs) },
    { name: `${name}: reject`, before, victim: act('reject', inputs) },
  ];
}

/** Taking back whatever is there, without files; what was done in place is told by the files alone. */
export const rejectOf = (flow: Flow): Act => {
  const { strategy, 'traffic-split-method': method } = flow.victim.inputs;
  const { run } = flow.victim;
  const files = flow.keepsOwners ? flow.victim.files : [];
  const inputs: RawInputs = { action: 'reject', strategy, 'traffic-split-method': method };
  // A run of its own leaves the versions of the runs before it where they are, unless it says otherwise.
  return run === undefined ? { inputs, files } : { inputs: { ...inputs, 'reject-any': 'true' }, files, run };
};

function flowsBeside(name: string, inputs: RawInputs, [first, second]: readonly [number, number]): readonly Flow[] {
  return [
    { name: `${name}: deploy`, before: [], victim: at(inputs, first) },
    { name: `${name}: second increment`, before: [at(inputs, first)], victim: at(inputs, second) },
    { name: `${name}: newer release`, before: [at(inputs, first)], victim: inputs === blueGreen ? at(inputs, first) : newer(inputs) },
    { name: `${name}: promote`, before: [at(inputs, first)], victim: withoutPercentage('promote', inputs) },
    { name: `${name}: reject`, before: [at(inputs, first)], victim: withoutPercentage('reject', inputs) },
  ];
}

/** The user's Secret among the files: the record keeps it in a Secret of its own. */
const withSecret = ({ files, ...rest }: Act, value = 'bmV3'): Act => {
  const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, type: 'Opaque', data: { key: value } };
  return { ...rest, files: [...files, secret] };
};

/** The files bring a strategy by which stable's pods all go before a new one is ready. */
const bringingWhole = ({ files, ...rest }: Act): Act => {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } };
  const changed = files.map(file => (file.kind === 'Deployment' ? { ...file, spec: { ...file.spec, strategy } } : file));
  return { ...rest, files: changed };
};

const wholeRolls: readonly Flow[] = [smi, pod].map(inputs => ({
  name: `a strategy that takes all pods, by ${inputs['traffic-split-method']}: promote`,
  before: [bringingWhole(at(inputs, 25))],
  victim: bringingWhole(act('promote', inputs)),
}));

/** A Deployment of the same release without a Service: it rolls at promote. */
const workerOf = (version: string): readonly KubeObject[] =>
  web(version)
    .slice(0, 1)
    .map(object => JSON.parse(JSON.stringify(object).replaceAll('web', 'worker')) as KubeObject);
const withWorker = ({ files, ...rest }: Act): Act => ({ ...rest, files: [...files, ...workerOf('v2')] });

const workers: readonly Flow[] = ['promote', 'reject'].map(action => ({
  name: `a worker: ${action}`,
  before: [withWorker(at(pod, 25))],
  victim: withWorker(act(action, pod)),
  beside: workerOf('v1'),
}));

const hidden: readonly Act[] = [withSecret(at(smi, 20))];

const secrets: readonly Flow[] = [
  { name: 'a Secret: deploy', before: [], victim: withSecret(at(smi, 20)) },
  { name: 'a Secret: newer release without it', before: hidden, victim: newer(smi) },
  { name: 'a Secret: promote', before: hidden, victim: withSecret(act('promote', smi)) },
  { name: 'a Secret: reject', before: hidden, victim: withSecret(act('reject', smi)) },
];

/** Shares under watch, and a person at the end: what was proven or said before the kill holds behind it. */
const judged: RawInputs = {
  strategy: 'canary',
  'traffic-split-method': 'smi',
  'baseline-and-canary-replicas': '1',
  metrics: 'errors tolerance=20%',
  soak: '6s',
};
const watched: readonly Flow[] = [
  { name: 'judged: two shares', before: [], victim: act('deploy', { ...judged, steps: '40,50', interval: '1s' }) },
  {
    name: 'judged: a bad version',
    before: [],
    victim: act('deploy', { ...judged, metrics: 'errors', soak: '30s', percentage: '40' }, 'v2-err20'),
    failsWith: 'ANALYSIS_FAILED',
  },
  { name: 'held: deploy', before: [], victim: at({ ...smi, hold: '2m' }, 20), isApproved: true },
];

export const flows: readonly Flow[] = [
  ...flowsBeside('smi', smi, [20, 40]),
  ...secrets,
  ...wholeRolls,
  ...workers,
  ...flowsBeside('pod', pod, [25, 50]),
  ...flowsBeside('constant pods', constant, [100, 50]),
  ...flowsBeside('blue-green', blueGreen, [0, 100]).filter(({ name }) => !name.includes('newer')),
  ...watched,
  ...shadows,
  ...flowsOf('goreplay', goreplay, { 'mirror-percentage': '50' }),
  ...flowsOf('ab', ab, { match: 'header x-beta=always\ncookie beta=1' }).map(flow => ({ ...flow, route: gatewayRoute })),
  ...flowsOf('affinity', kept, { percentage: '40' }).map(flow => ({ ...flow, route: gatewayRoute })),
  { name: 'recreate: deploy', before: [], victim: act('deploy', recreate), losesRequests: true, keepsOwners: true },
  { name: 'recreate: reject', before: [act('deploy', recreate)], victim: act('reject', recreate), losesRequests: true, keepsOwners: true },
  { name: 'none: deploy', before: [], victim: act('deploy', rolling), keepsOwners: true },
  { name: 'none: reject', before: [act('deploy', rolling)], victim: act('reject', rolling), keepsOwners: true },
];
