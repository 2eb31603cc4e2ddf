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

/** What is done then: by the same run with its files, or by another one. */
export const actions = ['deploy', 'deploy the next version', 'promote', 'reject', 'reject whatever is open'] as const;
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

const common = ({ strategy, method }: Way): RawInputs => ({ strategy, 'traffic-split-method': method.name, ...method.inputs });

/** What a deploy over a start comes to: what is not open is opened by the first of its openings. */
export const openingOf = ({ strategy, method }: Way, { opened }: Start): Opening =>
  opened ?? (strategy === 'canary' && method.name !== 'service' ? 'shared' : openingsOf(strategy)[0]) ?? 'shared';

/** An action of a way over a start. */
export function asked(way: Way, start: Start, action: Action): Asked {
  const opening = openingOf(way, start);
  const inputs = common(way);
  const files = filesOf(way, 'v2');
  switch (action) {
    case 'deploy':
      return { inputs: opens(way, opening), files, run: 1 };
    case 'deploy the next version':
      return { inputs: opens(way, opening), files: filesOf(way, 'v3'), run: 2 };
    case 'promote':
    case 'reject':
      return { inputs: { ...inputs, action }, files, run: 1 };
    case 'reject whatever is open':
      return { inputs: { ...inputs, action: 'reject', 'reject-any': 'true' }, files: isInPlace(way.strategy) ? files : [], run: 3 };
  }
}

/** How an action may end, from nothing, over what is open, and behind a promote that was killed: it may not have begun yet, or may have ended already. */
const ENDS: Readonly<Record<Action, readonly (readonly string[])[]>> = {
  deploy: [['deployed'], ['deployed', 'unchanged'], ['deployed', 'unchanged', 'PROMOTE_IN_PROGRESS']],
  'deploy the next version': [['deployed'], ['deployed'], ['deployed', 'PROMOTE_IN_PROGRESS']],
  promote: [['NOTHING_TO_PROMOTE'], ['promoted'], ['promoted', 'unchanged']],
  reject: [['unchanged'], ['rejected'], ['rejected', 'unchanged']],
  'reject whatever is open': [['unchanged'], ['rejected'], ['rejected', 'unchanged']],
};

/** How an action may end from a start. Where stable itself was changed nothing is left to be done for this very release. */
export function ends({ opened, killed }: Start, action: Action): readonly string[] {
  if (opened === 'replaced' && (action === 'deploy' || action === 'promote')) return ['unchanged'];
  return ENDS[action][killed !== undefined ? 2 : opened !== null ? 1 : 0] ?? [];
}
