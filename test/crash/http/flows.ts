/** Every flow of a release whose process is killed: what went before, the action that dies, and how its inputs are given. */
import type { RawInputs } from '../../../src/inputs/parse.ts';
import type { KubeObject } from '../../../src/model/kube.ts';
import type { Act } from './act.ts';

export interface Flow {
  readonly name: string;
  /** The acts before, in order; nothing of them is disturbed. */
  readonly before: readonly Act[];
  readonly victim: Act;
  /** A gap belongs to the strategy. */
  readonly losesRequests?: true;
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

const act = (action: string, inputs: RawInputs): Act => ({ inputs: { ...inputs, action }, files: web('v2') });

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };
const pod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const blueGreen: RawInputs = { strategy: 'blue-green', 'traffic-split-method': 'smi' };
const recreate: RawInputs = { strategy: 'recreate' };

const at = (inputs: RawInputs, percentage: number): Act => act('deploy', { ...inputs, percentage: String(percentage) });
const withoutPercentage = (action: string, inputs: RawInputs): Act => act(action, inputs);
const newer = (inputs: RawInputs): Act => ({ inputs: { ...inputs, action: 'deploy', percentage: '20' }, files: web('v3') });

/** Taking back whatever is there, without files. */
export const rejectOf = (flow: Flow): Act => {
  const { strategy, 'traffic-split-method': method } = flow.victim.inputs;
  return { inputs: { action: 'reject', strategy, 'traffic-split-method': method }, files: [] };
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

export const flows: readonly Flow[] = [
  ...flowsBeside('smi', smi, [20, 40]),
  ...flowsBeside('pod', pod, [25, 50]),
  ...flowsBeside('blue-green', blueGreen, [0, 100]).filter(({ name }) => !name.includes('newer')),
  { name: 'recreate: deploy', before: [], victim: act('deploy', recreate), losesRequests: true },
  { name: 'recreate: reject', before: [act('deploy', recreate)], victim: act('reject', recreate), losesRequests: true },
];
