import { holds, switchDelay } from '../gates/hold.ts';
import { gatesAt } from '../gates/index.ts';
import type { Inputs } from '../model/request.ts';
import { ALL_STABLE, type Facts, type Gate, type Shadow, type Stage, type Traffic, type Variant, type Variants } from '../model/stage.ts';
import type { Strategy, Words } from '../model/strategy.ts';

/** The stage of a reject that lets a first release run, since it got ready. */
export const KEEP_FIRST = 'keep-first-release';

/** How a strategy opens: a stage's split, the pods that go with it, what must pass behind it. */
export interface Opening {
  readonly name: string;
  readonly traffic: Traffic | 'unchanged';
  readonly sizes: Sizes;
  /** Gates of the strategy's own. They stand in front of those that every opening has by its requests. */
  readonly gates?: readonly Gate[];
}

/** The copies of requests that further versions get now, in percent. */
export const copiesBeside = ({ others }: Facts): Readonly<Record<Shadow, number>> =>
  Object.fromEntries(Object.entries(others).filter(([, percentage]) => percentage > 0));

/** Pods of each variant; stable's only where counts are the split. */
export interface Sizes {
  readonly stable?: number;
  readonly baseline?: number;
  readonly canary: number;
}

/** What makes one way of running beside stable differ from another. With reach `switch` a canary at full size takes everything at promote. */
export interface Beside extends Omit<Strategy, 'place' | 'stages' | 'leaves' | 'words'> {
  readonly leaves?: Strategy['leaves'];
  readonly words: Omit<Words, 'opened'>;
  openings(facts: Facts): readonly Opening[];
}

/** Every strategy that runs the new version beside the old one opens in its own way and ends in the same few stages. */
export function beside({ openings, ...own }: Beside): Strategy {
  const isSwitch = own.reach === 'switch';
  return {
    leaves: [],
    ...own,
    place: 'beside',
    takes: [...own.takes, 'probe', 'compare', 'hold'],
    words: { ...own.words, opened: opened(isSwitch) },
    stages(action, facts) {
      switch (action) {
        case 'deploy':
          return deploy(facts, openings);
        case 'promote':
          return promoted(facts, isSwitch);
        case 'reject':
          return reject(facts);
        case 'retreat':
          return [retreat(facts)];
      }
    },
  };
}

const opened =
  (isSwitch: boolean): Words['opened'] =>
  ({ percentage }: Inputs, canaryShare) =>
    canaryShare === 100 || (isSwitch && percentage === 100)
      ? 'the new version has all the requests'
      : 'the new version runs beside the old one';

const keep: Variant = { source: 'keep' };
const next = (replicas: number): Variant => ({ source: 'next', replicas });
const current = (replicas: number): Variant => ({ source: 'current', replicas });
const previous = (replicas: number): Variant => ({ source: 'previous', replicas });

function deploy(facts: Facts, openings: Beside['openings']): readonly Stage[] {
  if (isFirst(facts)) return [{ name: 'first-release', variants: { stable: next(facts.replicas) }, traffic: 'unchanged', closes: true }];
  const older = facts.open === 'theirs' ? [...restore(facts), { ...back(facts), name: 'end-older' }] : [];
  if (facts.stable === 'same' && facts.open !== 'ours') return older;
  return [...older, ...openings(facts).map((opening, i, { length }) => open(opening, facts, i === length - 1))];
}

function promoted(open: Facts, isSwitch: boolean): readonly Stage[] {
  if (open.open === 'none') return [];
  // Where somebody has deleted stable, the canary alone can answer until it is back.
  const facts = open.stable === 'absent' ? { ...open, goesWhole: true } : open;
  const leaving = isSwitch ? {} : leavingBaseline(facts);
  return [
    isSwitch
      ? { ...shift(facts), gates: [holds(switchDelay, facts.split.switchDelaySeconds)] }
      : facts.goesWhole
        ? shift(facts)
        : releaseBaseline(facts),
    { name: 'replace-stable', variants: { stable: next(facts.replicas), canary: keep }, traffic: 'unchanged', ...leaving },
    { name: 'settle', variants: { stable: next(facts.replicas) }, traffic: 'original', closes: true },
  ];
}

function reject(facts: Facts): readonly Stage[] {
  if (facts.open !== 'ours') return [];
  if (!isFirst(facts)) return [...restore(facts), back(facts)];
  const kept: Stage = { name: KEEP_FIRST, variants: { stable: keep }, traffic: 'unchanged', closes: true };
  return [facts.withdrawable ? { name: 'withdraw', variants: {}, traffic: 'original', closes: true } : kept];
}

/** A failing deploy ends safe: traffic goes back, the variants stay for a look. Where ready pods are traffic, they go. */
function retreat(facts: Facts): Stage {
  if (isFirst(facts)) return { name: 'retreat', variants: { stable: keep }, traffic: 'unchanged' };
  if (facts.routing === 'pods') return { ...back(facts), name: 'retreat' };
  const variants: Variants = { stable: keep, baseline: keep, canary: keep };
  return { name: 'retreat', variants, traffic: facts.routed ? withoutCanary(facts) : 'unchanged', ...remaining(facts) };
}

/** The requests as they are when this version is not there. */
function withoutCanary(facts: Facts): Traffic {
  const mirrors = copiesBeside(facts);
  return { ...ALL_STABLE, ...(Object.keys(mirrors).length > 0 ? { mirrors } : {}) };
}

function remaining({ others }: Facts): Pick<Stage, 'others'> {
  const names = Object.keys(others).sort();
  return names.length > 0 ? { others: names } : {};
}

const isFirst = ({ stable }: Facts): boolean => stable === 'absent' || stable === 'created';

function open({ name, traffic, sizes, gates }: Opening, facts: Facts, isLast: boolean): Stage {
  const { routing, replicas } = facts;
  const stable = routing === 'pods' ? current(sizes.stable ?? replicas) : keep;
  const baseline = sizes.baseline ? { baseline: current(sizes.baseline) } : {};
  const passed = gatesAt({ traffic, split: facts.split, isLast }, gates);
  return { name, variants: { stable, ...baseline, canary: next(sizes.canary) }, traffic, ...passed, ...remaining(facts) };
}

/** The way back to stable. With the last version the rollout ends; while others stand beside it goes on. */
function back(facts: Facts): Stage {
  const { routing, replicas } = facts;
  const end = remaining(facts).others
    ? { traffic: withoutCanary(facts), ...remaining(facts) }
    : ({ traffic: 'original', closes: true } as const);
  return { name: 'back-to-stable', variants: { stable: routing === 'pods' ? current(replicas) : keep }, ...end };
}

/**
 * No route names the baseline's Service any more, not even with weight 0; whoever has the canary by a match or a cookie keeps it. Where pods are the
 * split, the baseline gets requests until it goes, and goes before stable rolls.
 */
function releaseBaseline(facts: Facts): Stage {
  const { canaryWeight, standing, routing } = facts;
  const isSplit = routing === 'weights' && (canaryWeight > 0 || standing?.weights.baseline !== undefined);
  return {
    name: 'release-baseline',
    variants: { stable: keep, canary: keep },
    traffic: isSplit ? { ...standing, weights: { stable: 1000 - canaryWeight, canary: canaryWeight } } : 'unchanged',
    ...leavingBaseline(facts),
  };
}

/** The baseline's last requests end while stable rolls. Where stable goes whole the canary has taken all requests, and the baseline went with that shift. */
const leavingBaseline = ({ routing, goesWhole }: Facts): Pick<Stage, 'leaving'> =>
  routing === 'weights' && !goesWhole ? { leaving: ['baseline'] } : {};

/** The stage in which a canary at full size takes all requests, while stable cannot serve. */
const shift = ({ replicas, routing }: Facts, canary = next(replicas)): Stage => ({
  name: 'shift-to-canary',
  variants: { stable: keep, canary },
  traffic: routing === 'weights' ? { weights: { stable: 0, canary: 1000 } } : 'unchanged',
});

/**
 * In the middle of a promote stable's original template comes back first. Where no pod of stable answers meanwhile, the version that stands beside it has
 * all requests until then, also where a newer one is being deployed: the newer one has proven nothing yet.
 */
function restore(facts: Facts): readonly Stage[] {
  if (facts.stable !== 'replaced') return [];
  const back: Stage = { name: 'restore-stable', variants: { stable: previous(facts.replicas), canary: keep }, traffic: 'unchanged' };
  return facts.goesWhole ? [shift(facts, { source: 'standing', replicas: facts.replicas }), back] : [back];
}
