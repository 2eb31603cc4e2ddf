/** The table: strategy x method x start x action. */
import type { RawInputs } from '../../../src/inputs/parse.ts';
import type { KubeObject } from '../../../src/model/kube.ts';
import { web as plain } from '../kills/flows.ts';
import type { Method } from './methods.ts';

/** How a rollout is opened, by strategy; a start of the name does not exist for others. */
const openings: Readonly<Record<string, Readonly<Partial<Record<Opening, RawInputs>>>>> = {
  canary: {
    'standing by': { percentage: '0', baseline: 'false', 'baseline-and-canary-replicas': '1' },
    shared: { percentage: '25' },
    switched: { percentage: '100', baseline: 'false' },
  },
  'blue-green': { 'standing by': {}, switched: { percentage: '100' } },
  ab: { shared: { match: 'header x-beta=always' } },
  shadow: { shared: {} },
  recreate: { replaced: {} },
  none: { replaced: {} },
};

/** What changes stable itself goes by no method. */
export const isInPlace = (strategy: string): boolean => openingsOf(strategy).includes('replaced');

/** What a rollout may have come to before the action. */
export type Opening = 'standing by' | 'shared' | 'switched' | 'replaced';

/** Where a row begins; `killed`: behind the n-th write of a promote of what was opened so. */
export interface Start {
  readonly opened: Opening | null;
  readonly killed?: number;
}

/** What is done then: by the same run with its files, or by another one. What `status` tells is looked at in each row, before and behind. */
export const actions = [
  'deploy',
  'deploy the next version',
  'deploy and adopt',
  'promote',
  'reject',
  'reject whatever is open',
  'undo at once',
  'undo in the same way',
  'sweep',
  'analyze',
] as const;
export type Action = (typeof actions)[number];

/** A strategy by a method. */
export interface Way {
  readonly strategy: string;
  readonly method: Method;
}

/** How a step asks for something: its inputs, its files, its run. */
export interface Asked {
  readonly inputs: RawInputs;
  readonly files: readonly KubeObject[];
  readonly run: number;
  /** What a green one brings. */
  readonly version: string;
}

/** Every way that a strategy can begin by a method, whether or not the method can carry it. */
export const openingsOf = (strategy: string): readonly Opening[] => Object.keys(openings[strategy] ?? {}) as Opening[];

/** By counts of pods the new version has all requests only where stable gives its pods up. */
const CONSTANT: RawInputs = { pods: 'constant' };

/** The user's files at a version, as the way's world has them. */
export function filesOf({ method: { world } }: Way, version: string): readonly KubeObject[] {
  const files = plain(version);
  if (world === 'beside a worker') return [...files, ...files.filter(({ kind }) => kind === 'Deployment').map(asWorker)];
  return world === 'inside Linkerd' ? files.map(meshed) : files;
}

const proxy = { name: 'linkerd-proxy', image: 'demo/proxy:edge-26.8.1', restartPolicy: 'Always' };

const changed = (object: KubeObject, change: (text: string) => string): KubeObject =>
  JSON.parse(change(JSON.stringify(object))) as KubeObject;
const meshed = (object: KubeObject): KubeObject =>
  changed(object, text => text.replace('"containers":', `"initContainers":[${JSON.stringify(proxy)}],"containers":`));
/** Of the same image, by a name and labels of its own. */
const asWorker = (object: KubeObject): KubeObject =>
  changed(object, text => text.replaceAll('"name":"web"', '"name":"worker"').replaceAll('"app":"web"', '"app":"worker"'));

/** The inputs of a deploy that comes to an opening. */
export const opens = ({ strategy, method }: Way, opening: Opening): RawInputs => ({
  ...common({ strategy, method }),
  ...openings[strategy]?.[opening],
  ...(method.name === 'pod' && !isInPlace(strategy)
    ? { baseline: 'false', 'baseline-and-canary-replicas': '', ...(opening === 'switched' ? CONSTANT : {}) }
    : {}),
  action: 'deploy',
});

/** What each step of a pipeline is given. */
export const common = ({ strategy, method }: Way): RawInputs => ({ strategy, 'traffic-split-method': method.name, ...method.inputs });

/** What a deploy over a start comes to: what is not open is opened by the first of its openings. */
export const openingOf = ({ strategy, method }: Way, { opened }: Start): Opening =>
  opened ?? (strategy === 'canary' && method.name !== 'service' ? 'shared' : openingsOf(strategy)[0]) ?? 'shared';

/** An action of a way over a start. */
export function asked(way: Way, start: Start, action: Action): Asked {
  const opening = openingOf(way, start);
  const files = filesOf(way, 'v2');
  const same = { files, run: 1, version: 'v2' };
  const another = { files: [], run: 3, version: 'v2' };
  // Of several workloads, undo has to be told which.
  const undo: RawInputs = { action: 'undo', manifests: '', ...(way.method.world === 'beside a worker' ? { workloads: 'web,worker' } : {}) };
  switch (action) {
    case 'deploy':
      return { ...same, inputs: opens(way, opening) };
    case 'deploy the next version':
      return { inputs: opens(way, opening), files: filesOf(way, 'v3'), run: 2, version: 'v3' };
    case 'deploy and adopt':
      return { ...same, inputs: { ...opens(way, opening), adopt: 'true' } };
    case 'promote':
    case 'reject':
      return { ...same, inputs: { ...common(way), action } };
    case 'reject whatever is open':
      return {
        ...another,
        inputs: { ...common(way), action: 'reject', 'reject-any': 'true' },
        files: isInPlace(way.strategy) ? files : [],
      };
    case 'undo at once':
      return { ...another, inputs: undo, version: 'v1' };
    case 'undo in the same way':
      return { ...another, inputs: { ...opens(way, opening), ...undo }, version: 'v1' };
    case 'sweep':
      return { ...another, inputs: { ...common(way), action: 'sweep', manifests: '', 'older-than': '1m' } };
    case 'analyze':
      return { ...another, inputs: { action: 'analyze', manifests: '', soak: '5s' } };
  }
}

const DEPLOYS = [['deployed'], ['deployed', 'unchanged'], ['deployed', 'unchanged', 'PROMOTE_IN_PROGRESS']] as const;
const REJECTS = [['unchanged'], ['rejected'], ['rejected', 'unchanged']] as const;

/**
 * How an action may end, from nothing, over what is open, behind a promote that was killed (it may not have begun yet, or may have ended already), and
 * where stable itself was changed: there nothing is left to be done for this very release.
 */
const ENDS: Readonly<Record<Action, readonly (readonly string[])[]>> = {
  deploy: [...DEPLOYS, ['unchanged']],
  'deploy the next version': [['deployed'], ['deployed'], ['deployed', 'PROMOTE_IN_PROGRESS'], ['deployed']],
  'deploy and adopt': [...DEPLOYS, ['unchanged']],
  promote: [['NOTHING_TO_PROMOTE'], ['promoted'], ['promoted', 'unchanged'], ['unchanged']],
  reject: [...REJECTS, ['rejected']],
  'reject whatever is open': [...REJECTS, ['rejected']],
  // The user has released once, so there is nothing before it; what is open is no release yet.
  'undo at once': [['UNSUPPORTED'], ['ROLLOUT_OPEN'], ['ROLLOUT_OPEN', 'undone'], ['undone']],
  'undo in the same way': [['UNSUPPORTED'], ['ROLLOUT_OPEN'], ['ROLLOUT_OPEN', 'deployed'], ['undone', 'deployed']],
  sweep: [['unchanged'], ['rejected'], ['rejected', 'unchanged'], ['unchanged']],
  analyze: [['NO_DATA'], ['analyzed'], ['analyzed', 'NO_DATA'], ['NO_DATA']],
};

/** How an action may end from a start. */
export function ends({ opened, killed }: Start, action: Action): readonly string[] {
  if (opened === 'replaced') return ENDS[action][3] ?? [];
  return ENDS[action][killed !== undefined ? 2 : opened !== null ? 1 : 0] ?? [];
}
