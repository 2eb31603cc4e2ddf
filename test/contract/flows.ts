/**
 * Every flow of deploy, promote and reject with every ending, as a team's pipeline runs into them. What each leaves on a real control plane
 * is recorded in `recorded-flows.json`; the simulated cluster must leave the same.
 */
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { agent } from '../build/daemon-set.ts';
import { web } from '../crash/kills/flows.ts';
import type { Act } from '../stage/act.ts';

/** What the user laid down, and what the pipeline does then. */
export interface FlowScenario {
  readonly before: readonly KubeObject[];
  readonly acts: readonly (Act | readonly KubeObject[])[];
}

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };
const pod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const blueGreen: RawInputs = { strategy: 'blue-green', 'traffic-split-method': 'smi' };

const act = (action: string, inputs: RawInputs, version: string | null = 'v2', more: Partial<Act> = {}): Act => ({
  inputs: { ...inputs, action },
  files: version === null ? [] : web(version),
  ...more,
});
const deploy = (inputs: RawInputs, percentage: number, version = 'v2', more: Partial<Act> = {}): Act =>
  act('deploy', { ...inputs, percentage: String(percentage) }, version, more);

const v1 = web('v1');
const quota: KubeObject = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'room' }, spec: { hard: { pods: '3' } } };
const inVain = { neverReady: 'web-canary' };

/** Deploy, increment, promote and reject of one way to release, and what refuses to go on. */
function waysOf(name: string, inputs: RawInputs, [first, second]: readonly [number, number]): Readonly<Record<string, FlowScenario>> {
  const open = deploy(inputs, first);
  return {
    [`${name}: deployed`]: { before: v1, acts: [open] },
    [`${name}: deployed twice`]: { before: v1, acts: [open, open] },
    [`${name}: deployed with more, promoted, promoted again`]: {
      before: v1,
      acts: [open, deploy(inputs, second), act('promote', inputs), act('promote', inputs)],
    },
    [`${name}: rejected without files, twice`]: { before: v1, acts: [open, act('reject', inputs, null), act('reject', inputs, null)] },
    [`${name}: a canary that crashes is not promoted, and is rejected`]: {
      before: v1,
      acts: [deploy(inputs, first, 'v2-crash'), act('promote', inputs, 'v2-crash'), act('reject', inputs, null)],
    },
    [`${name}: a canary that never gets ready stays for a look`]: { before: v1, acts: [deploy(inputs, first, 'v2-unready', inVain)] },
    [`${name}: an increment that fails takes back what the one before gave`]: {
      before: v1,
      acts: [open, [quota], deploy(inputs, second, 'v3-unready', { ...inVain, run: 2 })],
    },
    [`${name}: a quota without room`]: { before: [quota, ...v1], acts: [deploy(inputs, first, 'v2', inVain), act('reject', inputs, null)] },
    [`${name}: a newer release takes over, the older run's reject leaves it alone`]: {
      before: v1,
      acts: [open, deploy(inputs, first, 'v3', { run: 2 }), act('reject', inputs)],
    },
    [`${name}: another release than the one that runs is not promoted`]: { before: v1, acts: [open, act('promote', inputs, 'v3')] },
    [`${name}: a stable that was changed since stops the promote`]: { before: v1, acts: [open, web('v1-hotfix'), act('promote', inputs)] },
    [`${name}: a first release, promoted`]: { before: [], acts: [open, act('promote', inputs)] },
    [`${name}: a first release that cannot live, rejected`]: {
      before: [],
      acts: [deploy(inputs, first, 'v2-crash'), act('reject', inputs, null)],
    },
    [`${name}: nothing to promote`]: { before: v1, acts: [act('promote', inputs)] },
  };
}

const byNode: RawInputs = { strategy: 'canary' };
const onNodes = (action: string, version: string | null = 'v2', more: RawInputs = {}): Act => ({
  inputs: { ...byNode, action, ...more },
  files: version === null ? [] : agent(version),
});
/** A deploy in place awaits every pod. */
const laid = onNodes('deploy', 'v1', { strategy: 'none' });
const tried = (percentage: number, version = 'v2'): Act => onNodes('deploy', version, { percentage: String(percentage) });

const daemonSets: Readonly<Record<string, FlowScenario>> = {
  'daemon set: deployed in place': { before: [], acts: [laid, onNodes('deploy', 'v2', { strategy: 'none' })] },
  'daemon set: tried on some nodes, twice': { before: [], acts: [laid, tried(20), tried(20)] },
  'daemon set: on more nodes, promoted, promoted again': {
    before: [],
    acts: [laid, tried(20), tried(40), onNodes('promote'), onNodes('promote')],
  },
  'daemon set: rejected without files, twice': { before: [], acts: [laid, tried(20), onNodes('reject', null), onNodes('reject', null)] },
  'daemon set: a version that crashes is not promoted, and is rejected': {
    before: [],
    acts: [laid, tried(20, 'v2-crash'), onNodes('promote', 'v2-crash'), onNodes('reject', null)],
  },
  'daemon set: another release than the one that runs is not promoted': { before: [], acts: [laid, tried(20), onNodes('promote', 'v3')] },
};

export const flowScenarios: Readonly<Record<string, FlowScenario>> = {
  ...waysOf('smi', smi, [20, 40]),
  ...waysOf('pod', pod, [25, 50]),
  ...waysOf('blue-green', blueGreen, [0, 100]),
  ...daemonSets,
  'recreate: deployed, rejected': { before: v1, acts: [act('deploy', { strategy: 'recreate' }), act('reject', { strategy: 'recreate' })] },
  'none: deployed, rejected': { before: v1, acts: [act('deploy', { strategy: 'none' }), act('reject', { strategy: 'none' })] },
};
